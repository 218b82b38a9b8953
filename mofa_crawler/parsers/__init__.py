"""Pure parsers: a `Page` in, dataclasses out. They open nothing and ask no clock."""
