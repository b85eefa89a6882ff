# Without API Gateway: the load balancer invokes the function.
resource "aws_iam_role" "function" {
  name = "app-function"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_lambda_function" "app" {
  function_name    = "app"
  role             = aws_iam_role.function.arn
  runtime          = "python3.11"
  handler          = "app.handler"
  filename         = "${path.module}/material/function.zip"
  source_code_hash = filebase64sha256("${path.module}/material/function.zip")
  publish          = true
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  function_name    = aws_lambda_function.app.function_name
  function_version = aws_lambda_function.app.version
}

resource "aws_lb_target_group" "app" {
  name                               = "app"
  target_type                        = "lambda"
  lambda_multi_value_headers_enabled = true

  health_check {
    enabled  = true
    path     = "/health"
    interval = 60
    timeout  = 20
  }
}

resource "aws_lambda_permission" "load_balancer" {
  for_each = { unqualified = null, live = aws_lambda_alias.live.name }

  statement_id  = "AllowTheLoadBalancer"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.app.function_name
  qualifier     = each.value
  principal     = "elasticloadbalancing.amazonaws.com"
  source_arn    = aws_lb_target_group.app.arn
}

resource "aws_lb_target_group_attachment" "app" {
  target_group_arn = aws_lb_target_group.app.arn
  target_id        = aws_lambda_alias.live.arn

  # Elastic Load Balancing looks whether it may invoke the function when it is registered.
  depends_on = [aws_lambda_permission.load_balancer]
}

resource "aws_lb_listener_rule" "app" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 10

  condition {
    host_header {
      values = [local.app]
    }
  }

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.app.arn
  }
}
