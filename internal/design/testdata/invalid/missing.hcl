# ERROR: Missing blueprint block
locals { a = 1 }
