"""Spiders ask for pages and yield `Visit` items. They decide nothing about storage."""
