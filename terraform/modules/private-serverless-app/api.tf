# Only the endpoint reaches it: by its endpoint type, and by its resource policy.
resource "aws_api_gateway_rest_api" "this" {
  name = var.name

  # Without it images and fonts would be read as UTF-8 and spoilt.
  binary_media_types = ["*/*"]

  endpoint_configuration {
    types            = ["PRIVATE"]
    vpc_endpoint_ids = [aws_vpc_endpoint.this.id]
  }

  tags = merge(local.tags, { Name = var.name })
}

locals {
  # A value and not a data source: a data source is unknown while anything it names is to change, and then the API would
  # be deployed again. The ARN is written in full, as API Gateway saves it.
  resource_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyThroughTheEndpoint"
      Effect    = "Allow"
      Principal = "*"
      Action    = "execute-api:Invoke"
      Resource  = "${aws_api_gateway_rest_api.this.execution_arn}/*"
      Condition = { StringEquals = { "aws:SourceVpce" = aws_vpc_endpoint.this.id } }
    }]
  })
}

resource "aws_api_gateway_rest_api_policy" "this" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  policy      = local.resource_policy
}

# The backend's route. A resource cannot name another one of its own block as parent, so there is a block for each
# segment.
locals {
  route_segments = split("/", trimprefix(var.function.route, "/"))

  route_resource_id = coalesce(
    one(aws_api_gateway_resource.route_third[*].id),
    one(aws_api_gateway_resource.route_second[*].id),
    aws_api_gateway_resource.route_first.id,
  )

  backend_resource_ids = {
    backend       = local.route_resource_id
    backend-below = aws_api_gateway_resource.backend_below.id
  }
}

resource "aws_api_gateway_resource" "route_first" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  parent_id   = aws_api_gateway_rest_api.this.root_resource_id
  path_part   = local.route_segments[0]
}

resource "aws_api_gateway_resource" "route_second" {
  count = length(local.route_segments) > 1 ? 1 : 0

  rest_api_id = aws_api_gateway_rest_api.this.id
  parent_id   = aws_api_gateway_resource.route_first.id
  path_part   = local.route_segments[1]
}

resource "aws_api_gateway_resource" "route_third" {
  count = length(local.route_segments) > 2 ? 1 : 0

  rest_api_id = aws_api_gateway_rest_api.this.id
  parent_id   = one(aws_api_gateway_resource.route_second[*].id)
  path_part   = local.route_segments[2]
}

resource "aws_api_gateway_resource" "backend_below" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  parent_id   = local.route_resource_id
  path_part   = "{proxy+}"
}

resource "aws_api_gateway_method" "backend" {
  for_each = local.backend_resource_ids

  rest_api_id   = aws_api_gateway_rest_api.this.id
  resource_id   = each.value
  http_method   = "ANY"
  authorization = "NONE"
}

resource "aws_api_gateway_integration" "backend" {
  for_each = aws_api_gateway_method.backend

  rest_api_id = aws_api_gateway_rest_api.this.id
  resource_id = each.value.resource_id
  http_method = each.value.http_method
  type        = "AWS_PROXY"
  uri         = aws_lambda_function.backend.invoke_arn

  # API Gateway invokes with POST whatever the client's method is.
  integration_http_method = "POST"
}

# A stage serves what was deployed, the resource policy included, so everything that may change is a trigger: ids, URIs and
# texts. Whole resources are not: attributes that the provider fills in later would deploy again for nothing.
resource "aws_api_gateway_deployment" "this" {
  rest_api_id = aws_api_gateway_rest_api.this.id

  triggers = {
    redeployment = sha1(jsonencode([
      local.resource_policy,
      aws_api_gateway_rest_api.this.binary_media_types,
      var.function.route,
      local.backend_resource_ids,
      aws_lambda_function.backend.invoke_arn,
      local.frontend_methods,
      local.frontend_responses,
      local.frontend_uri,
      aws_iam_role.gateway.arn,
    ]))
  }

  depends_on = [
    aws_api_gateway_rest_api_policy.this,
    aws_api_gateway_integration.backend,
    aws_api_gateway_integration.frontend,
    aws_api_gateway_integration_response.frontend,
    aws_api_gateway_method_response.frontend,
  ]

  lifecycle {
    # The stage moves to the new one before the old one goes. Terraform extends this to what the deployment depends on;
    # no argument that would replace an integration in place (type, method, passthrough) depends on a variable.
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "this" {
  rest_api_id          = aws_api_gateway_rest_api.this.id
  deployment_id        = aws_api_gateway_deployment.this.id
  stage_name           = var.api.stage_name
  xray_tracing_enabled = var.api.xray_tracing_enabled

  dynamic "access_log_settings" {
    for_each = aws_cloudwatch_log_group.access

    content {
      destination_arn = access_log_settings.value.arn
      format = jsonencode({
        requestId         = "$context.requestId"
        requestTime       = "$context.requestTime"
        sourceIp          = "$context.identity.sourceIp"
        vpcEndpoint       = "$context.identity.vpceId"
        domainName        = "$context.domainName"
        httpMethod        = "$context.httpMethod"
        path              = "$context.path"
        resourcePath      = "$context.resourcePath"
        status            = "$context.status"
        responseLength    = "$context.responseLength"
        responseLatency   = "$context.responseLatency"
        integrationStatus = "$context.integration.status"
        errorType         = "$context.error.responseType"
        errorMessage      = "$context.error.message"
      })
    }
  }

  tags = merge(local.tags, { Name = "${var.name}-${var.api.stage_name}" })

  depends_on = [aws_api_gateway_account.this]
}

resource "aws_api_gateway_method_settings" "this" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  stage_name  = aws_api_gateway_stage.this.stage_name
  method_path = "*/*"

  settings {
    metrics_enabled        = var.api.metrics_enabled
    logging_level          = var.api.logging_level
    data_trace_enabled     = false
    throttling_rate_limit  = coalesce(var.api.throttling_rate_limit, -1)
    throttling_burst_limit = coalesce(var.api.throttling_burst_limit, -1)
  }
}

# A REGIONAL domain name for what the browser sends as Host: the load balancer keeps the Host, and the endpoint finds the
# API by it. No public record points to the name's regional target, and the private API would refuse whoever came
# that way.
resource "aws_api_gateway_domain_name" "this" {
  domain_name              = var.domain_name
  regional_certificate_arn = local.certificate_arn
  security_policy          = "TLS_1_2"

  endpoint_configuration {
    types = ["REGIONAL"]
  }

  tags = merge(local.tags, { Name = var.domain_name })
}

resource "aws_api_gateway_base_path_mapping" "this" {
  domain_name = aws_api_gateway_domain_name.this.domain_name
  api_id      = aws_api_gateway_rest_api.this.id
  stage_name  = aws_api_gateway_stage.this.stage_name
}
