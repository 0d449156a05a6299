package io.keelson.server.api;

import org.springframework.http.HttpStatus;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What a failed file operation of this server means to whoever asked for it. */
record StorageFault(HttpStatus status, String kind, String sentence) {
    static StorageFault of(IOException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof NoSuchFileException missing) {
                return new StorageFault(
                        HttpStatus.INTERNAL_SERVER_ERROR,
                        "file-missing",
                        "the server has lost "
                                + Path.of(missing.getFile()).getFileName()
                                + "; put it back into its data directory");
            }
            if (cause instanceof IOException && isFull(cause.getMessage() + "")) {
                return new StorageFault(
                        HttpStatus.INSUFFICIENT_STORAGE,
                        "no-space",
                        "the server has no space left; free some in its data directory and send"
                                + " this again");
            }
        }
        return new StorageFault(
                HttpStatus.INTERNAL_SERVER_ERROR,
                "storage-failed",
                "the server cannot read or write its files; its log tells why");
    }

    /** The C library's words for ENOSPC and EDQUOT, which Java passes on. */
    private static boolean isFull(String message) {
        return message.contains("No space left on device")
                || message.contains("Disk quota exceeded");
    }
}
