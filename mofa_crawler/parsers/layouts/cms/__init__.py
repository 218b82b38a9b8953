"""The CMS template: releases and topic pages from 2013 on, in both languages.

History: read in the markup of the Japanese side of 2026. Other people's scrapers of 2018-2026 rely
on the same class names on the English side.
"""
