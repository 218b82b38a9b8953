"""The commands of `mofa-crawler`, a module each. They start what other rooms do, and print it."""
