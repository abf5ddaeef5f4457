package org.sparklora.serve;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A refusal in OpenAI's shape. */
final class ApiError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String param;
  private final String code;

  ApiError(int status, String message, String param, String code) {
    super(message, null, false, false);
    this.status = status;
    this.param = param;
    this.code = code;
  }

  /** Of a field that is wrong, or not supported. */
  static ApiError ofField(String param, String message) {
    return new ApiError(400, message, param, "invalid_value");
  }

  static ApiError of(int status, String message, String code) {
    return new ApiError(status, message, null, code);
  }

  int status() {
    return status;
  }

  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putObject("error")
        .put("message", getMessage())
        .put("type", type())
        .put("param", param)
        .put("code", code);
    return json;
  }

  private String type() {
    return switch (status) {
      case 401 -> "authentication_error";
      case 403 -> "permission_error";
      case 404 -> "not_found_error";
      case 429 -> "rate_limit_error";
      case 500, 503 -> "server_error";
      default -> "invalid_request_error";
    };
  }
}
