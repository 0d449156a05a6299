package io.keelson.cli.terminal;

import org.jspecify.annotations.Nullable;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;

/**
 * Turns an exception into the one sentence a user reads; the stack is for {@code KEELSON_DEBUG}.
 */
public final class FailureSentence {
    private FailureSentence() {}

    /** The sentence for a failure of any kind. */
    public static String of(Throwable failure) {
        return switch (failure) {
            case NoSuchFileException missing ->
                    "there is no file " + missing.getFile() + ": check the path";
            case FileNotFoundException missing ->
                    "cannot open " + missing.getMessage() + ": check the path";
            case AccessDeniedException denied ->
                    "no permission for "
                            + denied.getFile()
                            + ": use another directory or change its owner";
            case FileAlreadyExistsException exists ->
                    exists.getFile() + " exists already: remove it or choose another name";
            case UnknownHostException unknown ->
                    "the name "
                            + unknown.getMessage()
                            + " does not resolve: check the address and the network";
            case SocketTimeoutException _ ->
                    "the other side did not answer in time: check that it is running";
            case ConnectException refused ->
                    said(refused.getMessage(), "nobody answers there")
                            + ": check the address and that it is running";
            case IOException full when isFull(full) ->
                    full.getMessage() + ": free some space and run this again";
            case Throwable other -> said(other.getMessage(), other.getClass().getSimpleName());
        };
    }

    /** The C library's words for ENOSPC, which Java passes on. */
    private static boolean isFull(IOException failure) {
        return failure.getMessage() != null && failure.getMessage().contains("No space left");
    }

    private static String said(@Nullable String message, String otherwise) {
        return message == null || message.isBlank() ? otherwise : message;
    }
}
