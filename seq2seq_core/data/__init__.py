"""“Prepare the data”: sentence pairs and generated tasks, text to ids and batches."""
