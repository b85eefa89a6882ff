resource "aws_s3_bucket" "pages" {
  bucket = "${var.name}-pages-${local.account}"
}

resource "aws_s3_bucket_public_access_block" "pages" {
  bucket                  = aws_s3_bucket.pages.id
  block_public_acls       = var.block_public_access
  block_public_policy     = var.block_public_access
  ignore_public_acls      = var.block_public_access
  restrict_public_buckets = var.block_public_access
}

resource "aws_s3_object" "index" {
  bucket       = aws_s3_bucket.pages.id
  key          = "index.html"
  content      = "<!doctype html><title>Notes</title><h1>Notes</h1>"
  content_type = "text/html; charset=utf-8"
}

# What API Gateway reads the bucket as.
resource "aws_iam_role" "gateway" {
  name = "${var.name}-gateway"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "apigateway.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "gateway" {
  name = "read-pages"
  role = aws_iam_role.gateway.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "s3:GetObject"
      Resource = "${aws_s3_bucket.pages.arn}/*"
    }]
  })
}
