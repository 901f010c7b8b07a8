"""Reading and writing tables: CSV and XLSX."""
