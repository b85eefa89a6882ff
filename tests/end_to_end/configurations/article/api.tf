resource "aws_security_group" "endpoint" {
  name        = "intranet-endpoint"
  description = "HTTPS from the load balancer"
  vpc_id      = aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "endpoint" {
  security_group_id            = aws_security_group.endpoint.id
  description                  = "from the load balancer"
  referenced_security_group_id = aws_security_group.load_balancer.id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_vpc_endpoint" "api" {
  vpc_id              = aws_vpc.main.id
  service_name        = "com.amazonaws.${local.region}.execute-api"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = aws_subnet.private[*].id
  security_group_ids  = [aws_security_group.endpoint.id]
  private_dns_enabled = true

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = "execute-api:Invoke"
      Resource  = "arn:${local.partition}:execute-api:${local.region}:${local.account}:*"
    }]
  })

  tags = { Name = "intranet-api" }
}

resource "aws_api_gateway_rest_api" "intranet" {
  name               = "intranet"
  description        = "Pages and their backend"
  binary_media_types = ["*/*"]

  endpoint_configuration {
    types            = ["PRIVATE"]
    vpc_endpoint_ids = [aws_vpc_endpoint.api.id]
  }
}

locals {
  # Whoever comes through the endpoint, and nobody else.
  resource_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = "*"
        Action    = "execute-api:Invoke"
        Resource  = "${aws_api_gateway_rest_api.intranet.execution_arn}/*"
      },
      {
        Sid       = "OnlyThroughTheEndpoint"
        Effect    = "Deny"
        Principal = "*"
        Action    = "execute-api:Invoke"
        Resource  = "${aws_api_gateway_rest_api.intranet.execution_arn}/*"
        Condition = { StringNotEquals = { "aws:SourceVpce" = aws_vpc_endpoint.api.id } }
      },
    ]
  })
}

resource "aws_api_gateway_rest_api_policy" "intranet" {
  rest_api_id = aws_api_gateway_rest_api.intranet.id
  policy      = local.resource_policy
}

resource "aws_api_gateway_resource" "api" {
  rest_api_id = aws_api_gateway_rest_api.intranet.id
  parent_id   = aws_api_gateway_rest_api.intranet.root_resource_id
  path_part   = "api"
}

resource "aws_api_gateway_resource" "backend" {
  rest_api_id = aws_api_gateway_rest_api.intranet.id
  parent_id   = aws_api_gateway_resource.api.id
  path_part   = "{proxy+}"
}

resource "aws_api_gateway_method" "backend" {
  rest_api_id   = aws_api_gateway_rest_api.intranet.id
  resource_id   = aws_api_gateway_resource.backend.id
  http_method   = "ANY"
  authorization = "NONE"
}

resource "aws_api_gateway_integration" "backend" {
  rest_api_id             = aws_api_gateway_rest_api.intranet.id
  resource_id             = aws_api_gateway_resource.backend.id
  http_method             = aws_api_gateway_method.backend.http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = aws_lambda_function.backend.invoke_arn
  timeout_milliseconds    = 10000
}

resource "aws_api_gateway_resource" "page" {
  rest_api_id = aws_api_gateway_rest_api.intranet.id
  parent_id   = aws_api_gateway_rest_api.intranet.root_resource_id
  path_part   = "{page+}"
}

locals {
  pages_uri = "arn:${local.partition}:apigateway:${local.region}:s3:path/${aws_s3_bucket.pages.id}/{key}"

  reading = {
    index = { resource = aws_api_gateway_rest_api.intranet.root_resource_id, parameters = {}, key = "'index.html'" }
    page = {
      resource   = aws_api_gateway_resource.page.id
      parameters = { "method.request.path.page" = true }
      key        = "method.request.path.page"
    }
  }

  answers = {
    for pair in setproduct(keys(local.reading), ["200", "403", "404"]) : join("-", pair) => {
      reading = pair[0]
      status  = pair[1]
    }
  }
}

resource "aws_api_gateway_method" "pages" {
  for_each = local.reading

  rest_api_id        = aws_api_gateway_rest_api.intranet.id
  resource_id        = each.value.resource
  http_method        = "GET"
  authorization      = "NONE"
  request_parameters = each.value.parameters
}

resource "aws_api_gateway_integration" "pages" {
  for_each = local.reading

  rest_api_id             = aws_api_gateway_rest_api.intranet.id
  resource_id             = each.value.resource
  http_method             = aws_api_gateway_method.pages[each.key].http_method
  type                    = "AWS"
  integration_http_method = "GET"
  uri                     = local.pages_uri
  credentials             = aws_iam_role.gateway.arn
  request_parameters      = { "integration.request.path.key" = each.value.key }
  passthrough_behavior    = "WHEN_NO_MATCH"
}

resource "aws_api_gateway_method_response" "pages" {
  for_each = local.answers

  rest_api_id         = aws_api_gateway_rest_api.intranet.id
  resource_id         = local.reading[each.value.reading].resource
  http_method         = aws_api_gateway_method.pages[each.value.reading].http_method
  status_code         = each.value.status
  response_parameters = { "method.response.header.Content-Type" = true, "method.response.header.Cache-Control" = false }
}

resource "aws_api_gateway_integration_response" "pages" {
  for_each = local.answers

  rest_api_id       = aws_api_gateway_rest_api.intranet.id
  resource_id       = local.reading[each.value.reading].resource
  http_method       = aws_api_gateway_integration.pages[each.value.reading].http_method
  status_code       = aws_api_gateway_method_response.pages[each.key].status_code
  selection_pattern = each.value.status == "200" ? null : each.value.status

  response_parameters = {
    "method.response.header.Content-Type"  = "integration.response.header.Content-Type"
    "method.response.header.Cache-Control" = "integration.response.header.Cache-Control"
  }
}

resource "aws_api_gateway_gateway_response" "denied" {
  rest_api_id   = aws_api_gateway_rest_api.intranet.id
  response_type = "ACCESS_DENIED"
  status_code   = "403"

  response_parameters = { "gatewayresponse.header.X-Intranet" = "'closed'" }
  response_templates  = { "application/json" = "{\"message\":$context.error.messageString}" }
}

resource "aws_api_gateway_deployment" "intranet" {
  rest_api_id = aws_api_gateway_rest_api.intranet.id

  # A changed policy counts only once it is deployed.
  triggers = {
    redeployment = sha1(jsonencode([
      local.resource_policy,
      local.reading,
      local.pages_uri,
      aws_api_gateway_resource.backend.id,
      aws_api_gateway_integration.backend.uri,
    ]))
  }

  depends_on = [
    aws_api_gateway_rest_api_policy.intranet,
    aws_api_gateway_integration.backend,
    aws_api_gateway_integration_response.pages,
    aws_api_gateway_gateway_response.denied,
  ]

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudwatch_log_group" "access" {
  name              = "/intranet/access"
  retention_in_days = 30
}

resource "aws_iam_role" "gateway_logs" {
  name               = "intranet-gateway-logs"
  assume_role_policy = data.aws_iam_policy_document.gateway_trust.json
}

resource "aws_iam_role_policy_attachment" "gateway_logs" {
  role       = aws_iam_role.gateway_logs.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
}

resource "aws_api_gateway_account" "this" {
  cloudwatch_role_arn = aws_iam_role.gateway_logs.arn

  depends_on = [aws_iam_role_policy_attachment.gateway_logs]
}

resource "aws_api_gateway_stage" "live" {
  rest_api_id   = aws_api_gateway_rest_api.intranet.id
  deployment_id = aws_api_gateway_deployment.intranet.id
  stage_name    = "live"
  variables     = { release = "first" }

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    format          = jsonencode({ requestId = "$context.requestId", status = "$context.status" })
  }

  depends_on = [aws_api_gateway_account.this]
}

resource "aws_api_gateway_method_settings" "live" {
  rest_api_id = aws_api_gateway_rest_api.intranet.id
  stage_name  = aws_api_gateway_stage.live.stage_name
  method_path = "*/*"

  settings {
    metrics_enabled        = true
    logging_level          = "ERROR"
    throttling_rate_limit  = 100
    throttling_burst_limit = 50
  }
}

resource "aws_api_gateway_domain_name" "intranet" {
  domain_name              = local.domain
  regional_certificate_arn = aws_acm_certificate_validation.intranet.certificate_arn
  security_policy          = "TLS_1_2"

  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

resource "aws_api_gateway_base_path_mapping" "intranet" {
  domain_name = aws_api_gateway_domain_name.intranet.domain_name
  api_id      = aws_api_gateway_rest_api.intranet.id
  stage_name  = aws_api_gateway_stage.live.stage_name
}
