package io.keelson.server.api;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.apache.catalina.connector.ClientAbortException;
import org.apache.coyote.BadRequestException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

import java.io.IOException;

/** Turns everything that goes wrong in a request into {@code {"kind","message"}}. */
@RestControllerAdvice
class ApiErrors extends ResponseEntityExceptionHandler {
    private static final Logger log = LoggerFactory.getLogger(ApiErrors.class);

    /** The body of every error answer. */
    record ApiError(String kind, String message) {}

    @ExceptionHandler
    ResponseEntity<ApiError> refused(ApiProblem problem) {
        return body(problem.status(), new ApiError(problem.kind(), problem.getMessage() + ""));
    }

    /** The client's end of the connection: a vanished client is not this server's failure. */
    @ExceptionHandler({ClientAbortException.class, BadRequestException.class})
    ResponseEntity<ApiError> cutOff(
            IOException e, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        startOver(response, e);
        log.info("request cut off method={} path={}", request.getMethod(), request.getRequestURI());
        return body(
                HttpStatus.BAD_REQUEST,
                new ApiError("request-cut-off", "the request ended early: " + e.getMessage()));
    }

    /** Every other input or output is this server's own. */
    @ExceptionHandler
    ResponseEntity<ApiError> storageFailed(
            IOException e, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        startOver(response, e);
        log.error(
                "storage failed method={} path={}",
                request.getMethod(),
                request.getRequestURI(),
                e);
        StorageFault fault = StorageFault.of(e);
        return body(fault.status(), new ApiError(fault.kind(), fault.sentence()));
    }

    /**
     * Takes back the headers of the answer that failed. Where a part of it has left, the container
     * is to cut the connection, and log why: a client would take an error for the rest of a file.
     */
    private static void startOver(HttpServletResponse response, IOException failure)
            throws IOException {
        if (response.isCommitted()) {
            throw failure;
        }
        response.reset();
    }

    @ExceptionHandler
    ResponseEntity<ApiError> failed(RuntimeException e, HttpServletRequest request) {
        log.error(
                "request failed method={} path={}",
                request.getMethod(),
                request.getRequestURI(),
                e);
        return body(
                HttpStatus.INTERNAL_SERVER_ERROR,
                new ApiError("internal-error", "the server failed; its log tells why"));
    }

    @Override
    protected ResponseEntity<Object> handleExceptionInternal(
            Exception e,
            @Nullable Object body,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        HttpStatus known = HttpStatus.valueOf(status.value());
        String kind = known.getReasonPhrase().toLowerCase(java.util.Locale.ROOT).replace(' ', '-');
        return ResponseEntity.status(status)
                .headers(headers)
                .contentType(MediaType.APPLICATION_JSON)
                .body(new ApiError(kind, e.getMessage() + ""));
    }

    private static ResponseEntity<ApiError> body(HttpStatus status, ApiError error) {
        return ResponseEntity.status(status).contentType(MediaType.APPLICATION_JSON).body(error);
    }
}
