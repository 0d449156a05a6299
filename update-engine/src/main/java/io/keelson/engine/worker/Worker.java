package io.keelson.engine.worker;

import io.keelson.disk.gpt.DiskLayout.Slot;
import io.keelson.engine.install.InstallListener;
import io.keelson.engine.install.InstallResult;
import io.keelson.engine.install.OfferInstaller;
import io.keelson.engine.state.Fetched;
import io.keelson.engine.state.OfferedFile;
import io.keelson.host.Dialogue;
import io.keelson.omaha.ErrorCode;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** The worker's end: one job on stdin, messages on stdout, an answer to each of them on stdin. */
public final class Worker {
    private static final int PERCENT = 100;

    private final OutputStream out;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    private Worker(OutputStream out) {
        this.out = out;
    }

    /** Makes what a job needs. */
    @FunctionalInterface
    public interface Workshop {
        OfferInstaller open(WorkerJob.Settings settings) throws IOException;
    }

    /**
     * Does one job to its end.
     *
     * @param orphaned called on a thread of its own when {@code in} ends, that is when keelsond
     *     has; it ends this process as a power cut would, which any installation survives
     */
    public static void run(InputStream in, OutputStream out, Workshop workshop, Runnable orphaned)
            throws IOException {
        InputStream lines = new BufferedInputStream(in);
        String line = Dialogue.readLine(lines, WorkerInstaller.LINE_BYTES_MAX);
        if (line == null) {
            throw new IOException("there is no job on stdin; only keelsond starts this");
        }
        WorkerJob job = WorkerJob.of(line);
        var worker = new Worker(out);
        Thread.ofPlatform().daemon().name("keelsond").start(() -> worker.listen(lines, orphaned));
        worker.say(new Message.Ended(worker.install(job, workshop)));
    }

    private InstallResult install(WorkerJob job, Workshop workshop) {
        OfferInstaller installer;
        try {
            installer = workshop.open(job.settings());
        } catch (IOException e) {
            // Such as a certificate that cannot be read: keelsond is to say so, not only the log.
            return new InstallResult.Failed(
                    ErrorCode.POSTINSTALL_RUNNER, String.valueOf(e.getMessage()));
        }
        return installer.install(job.offer(), job.running(), new Correspondent());
    }

    private void listen(InputStream lines, Runnable orphaned) {
        try {
            String line = Dialogue.readLine(lines, WorkerInstaller.LINE_BYTES_MAX);
            while (line != null) {
                answers.add(line);
                line = Dialogue.readLine(lines, WorkerInstaller.LINE_BYTES_MAX);
            }
        } catch (IOException _) {
            // As good as its end.
        } finally {
            orphaned.run();
        }
    }

    private void say(Message message) throws IOException {
        out.write((message.line() + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private void sayAndWait(Message message) throws IOException {
        say(message);
        try {
            String answer = answers.take();
            if (!answer.equals(WorkerInstaller.GO_ON)) {
                throw new IOException(answer);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for keelsond", e);
        }
    }

    /** Turns what the installation tells into messages. */
    private final class Correspondent implements InstallListener {
        private long saidPercent = -1;

        @Override
        public void accepted(Slot target, OfferedFile file) throws IOException {
            saidPercent = -1;
            sayAndWait(new Message.Accepted(target, file.sha256Hex()));
        }

        @Override
        public void continued(OfferedFile file) throws IOException {
            sayAndWait(new Message.Continued(file.sha256Hex()));
        }

        @Override
        public void progressed(long doneBytes, long totalBytes) {
            long percent = totalBytes == 0 ? PERCENT : doneBytes * PERCENT / totalBytes;
            if (percent == saidPercent) {
                return;
            }
            saidPercent = percent;
            try {
                say(new Message.Progressed(doneBytes, totalBytes));
            } catch (IOException _) {
                // Nobody listens any more: stdin has ended as well.
            }
        }

        @Override
        public void verifying() throws IOException {
            sayAndWait(new Message.Verifying());
        }

        @Override
        public void detoured(OfferedFile file, String reason, boolean isLasting)
                throws IOException {
            sayAndWait(new Message.Detoured(file.sha256Hex(), reason, isLasting));
        }

        @Override
        public void contentWritten(Fetched fetched) throws IOException {
            sayAndWait(new Message.ContentWritten(fetched));
        }
    }
}
