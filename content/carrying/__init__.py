"""Carrying: pieces as Markdown files with front matter, taken out of one place and brought into another."""
