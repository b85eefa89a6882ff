# Pages straight from S3: the load balancer keeps the Host, so the bucket is named as the domain.
resource "aws_vpc_endpoint" "bucket" {
  vpc_id             = aws_vpc.main.id
  service_name       = "com.amazonaws.${local.region}.s3"
  vpc_endpoint_type  = "Interface"
  subnet_ids         = values(aws_subnet.private)[*].id
  security_group_ids = [aws_security_group.inside["endpoints"].id]
}

resource "aws_vpc_endpoint_policy" "bucket" {
  vpc_endpoint_id = aws_vpc_endpoint.bucket.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = "s3:GetObject"
      Resource  = "${aws_s3_bucket.pages.arn}/*"
    }]
  })
}

resource "aws_s3_bucket" "pages" {
  bucket = local.pages
}

resource "aws_s3_bucket_policy" "pages" {
  bucket = aws_s3_bucket.pages.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = "s3:GetObject"
      Resource  = "${aws_s3_bucket.pages.arn}/*"
      Condition = { StringEquals = { "aws:SourceVpce" = aws_vpc_endpoint.bucket.id } }
    }]
  })
}

resource "aws_s3_object" "index" {
  bucket       = aws_s3_bucket.pages.id
  key          = "index.html"
  content      = "<!doctype html><title>Pages</title>"
  content_type = "text/html"
}

resource "aws_lb_target_group" "bucket" {
  name        = "bucket"
  vpc_id      = aws_vpc.main.id
  target_type = "ip"
  protocol    = "HTTPS"
  port        = 443

  # S3 answers the checker, whose Host names no bucket, with a redirect or an error.
  health_check {
    protocol = "HTTPS"
    path     = "/"
    matcher  = "200,307,405"
  }
}

data "aws_network_interface" "bucket" {
  count = length(aws_subnet.private)

  id = tolist(aws_vpc_endpoint.bucket.network_interface_ids)[count.index]
}

resource "aws_lb_target_group_attachment" "bucket" {
  count = length(aws_subnet.private)

  target_group_arn = aws_lb_target_group.bucket.arn
  target_id        = data.aws_network_interface.bucket[count.index].private_ip
}

# S3's REST interface has no index document.
resource "aws_lb_listener_rule" "index" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 20

  condition {
    host_header {
      values = [local.pages]
    }
  }

  condition {
    path_pattern {
      values = ["*/"]
    }
  }

  action {
    type = "redirect"

    redirect {
      path        = "/#{path}index.html"
      status_code = "HTTP_302"
    }
  }
}

resource "aws_lb_listener_rule" "pages" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 30

  condition {
    host_header {
      values = [local.pages]
    }
  }

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.bucket.arn
  }
}
