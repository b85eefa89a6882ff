locals {
  bucket_name = coalesce(var.frontend.bucket_name, "${var.name}-frontend-${local.account_id}")
  bucket_arn  = "arn:${local.partition}:s3:::${local.bucket_name}"

  files = fileset(var.frontend.folder, "**")

  content_types = {
    html        = "text/html; charset=utf-8"
    htm         = "text/html; charset=utf-8"
    css         = "text/css; charset=utf-8"
    js          = "text/javascript; charset=utf-8"
    mjs         = "text/javascript; charset=utf-8"
    json        = "application/json"
    map         = "application/json"
    webmanifest = "application/manifest+json"
    txt         = "text/plain; charset=utf-8"
    md          = "text/markdown; charset=utf-8"
    csv         = "text/csv; charset=utf-8"
    xml         = "application/xml"
    svg         = "image/svg+xml"
    png         = "image/png"
    jpg         = "image/jpeg"
    jpeg        = "image/jpeg"
    gif         = "image/gif"
    webp        = "image/webp"
    avif        = "image/avif"
    ico         = "image/vnd.microsoft.icon"
    woff        = "font/woff"
    woff2       = "font/woff2"
    ttf         = "font/ttf"
    otf         = "font/otf"
    wasm        = "application/wasm"
    pdf         = "application/pdf"
    mp4         = "video/mp4"
    webm        = "video/webm"
    mp3         = "audio/mpeg"
    zip         = "application/zip"
  }

  # What build tools write, name.3f2a9c1b.js: such a file never changes. A page is always asked for again.
  hashes = { for file in local.files : file => try(regex("[.-]([A-Za-z0-9_-]{8,})\\.[A-Za-z0-9_]+$", file)[0], "") }

  objects = {
    for file in local.files : file => {
      content_type = lookup(local.content_types, lower(reverse(split(".", file))[0]), "application/octet-stream")
      cache_control = (
        can(regex("\\.html?$", file)) ? "no-cache" :
        can(regex("[0-9]", local.hashes[file])) ? "max-age=31536000, immutable" :
        "max-age=60"
      )
    }
  }
}

resource "aws_s3_bucket" "frontend" {
  bucket        = local.bucket_name
  force_destroy = var.frontend.force_destroy

  tags = merge(local.tags, { Name = "${var.name}-frontend" })
}

resource "aws_s3_bucket_public_access_block" "frontend" {
  bucket = aws_s3_bucket.frontend.id

  block_public_acls       = true
  ignore_public_acls      = true
  block_public_policy     = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "frontend" {
  bucket = aws_s3_bucket.frontend.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "frontend" {
  bucket = aws_s3_bucket.frontend.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_versioning" "frontend" {
  count = var.frontend.versioning ? 1 : 0

  bucket = aws_s3_bucket.frontend.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_policy" "frontend" {
  bucket = aws_s3_bucket.frontend.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "GatewayReads"
        Effect    = "Allow"
        Principal = { AWS = aws_iam_role.gateway.arn }
        Action    = "s3:GetObject"
        Resource  = "${local.bucket_arn}/*"
      },
      {
        Sid       = "GatewayLists"
        Effect    = "Allow"
        Principal = { AWS = aws_iam_role.gateway.arn }
        Action    = "s3:ListBucket"
        Resource  = local.bucket_arn
      },
      {
        Sid       = "OnlyWithTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [local.bucket_arn, "${local.bucket_arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })

  depends_on = [aws_s3_bucket_public_access_block.frontend]
}

resource "aws_s3_object" "frontend" {
  for_each = local.objects

  bucket        = aws_s3_bucket.frontend.id
  key           = each.key
  source        = "${var.frontend.folder}/${each.key}"
  etag          = filemd5("${var.frontend.folder}/${each.key}")
  content_type  = each.value.content_type
  cache_control = each.value.cache_control

  # An object created before the default encryption, or under ACLs, would keep them.
  depends_on = [
    aws_s3_bucket_ownership_controls.frontend,
    aws_s3_bucket_server_side_encryption_configuration.frontend,
    aws_s3_bucket_versioning.frontend,
  ]
}

# What API Gateway reads the bucket as.
resource "aws_iam_role" "gateway" {
  name = "${var.name}-gateway"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "apigateway.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })

  tags = merge(local.tags, { Name = "${var.name}-gateway" })
}

resource "aws_iam_role_policy" "gateway" {
  name = "gateway"
  role = aws_iam_role.gateway.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ReadFrontend"
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "${local.bucket_arn}/*"
      },
      {
        # Without it S3 answers 403 where an object is missing, and not 404.
        Sid      = "TellMissingFromForbidden"
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = local.bucket_arn
      },
    ]
  })
}

locals {
  # S3's REST interface has no error document, and a response mapping cannot fetch another object; but a request template
  # may override the key before S3 is asked. A last segment with a dot is a file, and so are the files without one that
  # are in the folder. A name with a quotation mark cannot be written in Velocity. It prints nothing: S3 gets no body.
  files_without_suffix = [for file in local.files : file if !strcontains(basename(file), ".") && !strcontains(file, "'")]
  fallback_template = join("", concat(
    ["#set($key = $input.params('proxy'))"],
    length(local.files_without_suffix) > 0 ? ["#set($files = [${join(", ", [for file in local.files_without_suffix : "'${file}'"])}])"] : [],
    [
      "#if(!$key.matches('^(.*/)?[^/]*[.][^/]*$')${length(local.files_without_suffix) > 0 ? " && !$files.contains($key)" : ""})",
      "#set($context.requestOverride.path.key = '${var.frontend.index}')",
      "#end",
    ],
  ))

  frontend_uri = "arn:${local.partition}:apigateway:${local.region}:s3:path/${local.bucket_name}/{key}"

  # What a browser asks with whether its copy is still good. False: optional.
  revalidation         = { "method.request.header.If-None-Match" = false }
  revalidation_mapping = { "integration.request.header.If-None-Match" = "method.request.header.If-None-Match" }

  frontend_methods = {
    index = {
      resource_id        = aws_api_gateway_rest_api.this.root_resource_id
      request_parameters = local.revalidation
      mapping            = merge(local.revalidation_mapping, { "integration.request.path.key" = "'${var.frontend.index}'" })
      request_templates  = {}
      content_handling   = null
    }
    files = {
      resource_id        = aws_api_gateway_resource.files.id
      request_parameters = merge(local.revalidation, { "method.request.path.proxy" = true })
      mapping            = merge(local.revalidation_mapping, { "integration.request.path.key" = "method.request.path.proxy" })
      request_templates  = { for type in ["application/json"] : type => local.fallback_template if var.frontend.fallback }
      # As every media type is binary here, a request must become text for a template to apply to it.
      content_handling = var.frontend.fallback ? "CONVERT_TO_TEXT" : null
    }
  }

  # By S3's status. The one without a pattern is the default: without the others an error would be delivered as 200.
  frontend_responses = {
    "200" = { pattern = null, headers = ["Content-Type", "Cache-Control", "ETag", "Last-Modified"] }
    "304" = { pattern = "304", headers = ["Cache-Control", "ETag", "Last-Modified"] }
    "403" = { pattern = "403", headers = ["Content-Type"] }
    "404" = { pattern = "404", headers = ["Content-Type"] }
    "500" = { pattern = "5\\d{2}", headers = ["Content-Type"] }
  }

  frontend_method_responses = {
    for pair in setproduct(["files", "index"], keys(local.frontend_responses)) :
    "${pair[0]}-${pair[1]}" => { method = pair[0], status = pair[1] }
  }
}

resource "aws_api_gateway_resource" "files" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  parent_id   = aws_api_gateway_rest_api.this.root_resource_id
  path_part   = "{proxy+}"
}

resource "aws_api_gateway_method" "frontend" {
  for_each = local.frontend_methods

  rest_api_id        = aws_api_gateway_rest_api.this.id
  resource_id        = each.value.resource_id
  http_method        = "GET"
  authorization      = "NONE"
  request_parameters = each.value.request_parameters
}

resource "aws_api_gateway_method_response" "frontend" {
  for_each = local.frontend_method_responses

  rest_api_id = aws_api_gateway_rest_api.this.id
  resource_id = aws_api_gateway_method.frontend[each.value.method].resource_id
  http_method = aws_api_gateway_method.frontend[each.value.method].http_method
  status_code = each.value.status

  response_parameters = {
    for header in local.frontend_responses[each.value.status].headers : "method.response.header.${header}" => false
  }
}

resource "aws_api_gateway_integration" "frontend" {
  for_each = local.frontend_methods

  rest_api_id             = aws_api_gateway_rest_api.this.id
  resource_id             = aws_api_gateway_method.frontend[each.key].resource_id
  http_method             = aws_api_gateway_method.frontend[each.key].http_method
  type                    = "AWS"
  integration_http_method = "GET"
  uri                     = local.frontend_uri
  credentials             = aws_iam_role.gateway.arn
  request_parameters      = each.value.mapping
  request_templates       = each.value.request_templates
  content_handling        = each.value.content_handling
  passthrough_behavior    = "WHEN_NO_MATCH"
}

resource "aws_api_gateway_integration_response" "frontend" {
  for_each = local.frontend_method_responses

  rest_api_id       = aws_api_gateway_rest_api.this.id
  resource_id       = aws_api_gateway_integration.frontend[each.value.method].resource_id
  http_method       = aws_api_gateway_integration.frontend[each.value.method].http_method
  status_code       = aws_api_gateway_method_response.frontend[each.key].status_code
  selection_pattern = local.frontend_responses[each.value.status].pattern

  response_parameters = {
    for header in local.frontend_responses[each.value.status].headers :
    "method.response.header.${header}" => "integration.response.header.${header}"
  }
}
