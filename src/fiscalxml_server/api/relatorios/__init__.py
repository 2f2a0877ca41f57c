"""What is told of documents: causes of many, the report of one as a page, its DANFE."""
