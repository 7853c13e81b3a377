"""What we know: pieces of knowledge, their topics and pilots, and who may see them."""
