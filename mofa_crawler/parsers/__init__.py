"""Pure parsers: a `Page` in, dataclasses out. They open no file and read no clock."""
