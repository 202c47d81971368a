"""What makes the model: from a CSV of customers and a schema to one ONNX file. Never deployed."""
