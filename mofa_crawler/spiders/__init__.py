"""Spiders yield requests, and an outcome for each page. They decide nothing about storage."""
