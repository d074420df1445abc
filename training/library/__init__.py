"""Published versions of content, and what authors see of them."""
