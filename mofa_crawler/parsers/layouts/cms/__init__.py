"""The CMS template: releases and topic pages from 2013 on, in both languages.

Source: the markup of Japanese pages in 2026. Scrapers of other people, from 2018 to 2026, use the
same class names for English pages.
"""
