"""The commands of `mofa-crawler`, a module each. They call other rooms, and print the results."""
