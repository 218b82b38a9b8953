"""Scrapy's side without a spider: responses to pages, pages to outcomes, arguments."""
