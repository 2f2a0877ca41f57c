"""What is said of a document elsewhere: its events, and the documents that it and others name."""
