package io.keelson.payload.apply;

import io.keelson.payload.PayloadSources;
import io.keelson.payload.PayloadTarget;
import io.keelson.payload.PayloadTargets;
import io.keelson.payload.patch.SourceBytes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * One disk with a running and an idle slot, whose power can be cut after the fact: it keeps every
 * write, the begin and the end of every flush, and every journal entry, and makes the disk that a
 * cut behind any of them would have left. What no completed flush covers may be there, be missing
 * or be torn in sectors, each write for itself.
 */
final class CutDevice {
    private static final int SECTOR = 512;

    private final byte[] bytes;
    private final byte[] before;
    private final Layout layout;
    private final List<Event> events = new ArrayList<>();
    private Optional<ApplyPoint> journal;
    private final Optional<ApplyPoint> journalBefore;
    private int flushes;

    CutDevice(byte[] bytes, Layout layout, Optional<ApplyPoint> journal) {
        this.bytes = bytes;
        this.before = bytes.clone();
        this.layout = layout;
        this.journal = journal;
        this.journalBefore = journal;
    }

    static CutDevice with(SmallDelta delta) {
        Layout layout =
                new Layout(
                        delta.oldUsr.length,
                        delta.oldUki.length,
                        delta.newUsr.length,
                        delta.newUki.length);
        byte[] bytes = new byte[layout.end()];
        Arrays.fill(bytes, (byte) 0xEE);
        System.arraycopy(delta.oldUsr, 0, bytes, 0, delta.oldUsr.length);
        System.arraycopy(delta.oldUki, 0, bytes, layout.runningUki(), delta.oldUki.length);
        return new CutDevice(bytes, layout, Optional.empty());
    }

    /** Sizes of the parts, which follow each other in this order. */
    record Layout(int oldUsr, int oldUki, int newUsr, int newUki) {
        int runningUki() {
            return oldUsr;
        }

        int idleUsr() {
            return oldUsr + oldUki;
        }

        int idleUki() {
            return idleUsr() + newUsr;
        }

        int end() {
            return idleUki() + newUki;
        }
    }

    private sealed interface Event {
        @SuppressWarnings("ArrayRecordComponent") // Events are looked at, never compared.
        record Write(int offset, byte[] content) implements Event {}

        record FlushBegun(int flush) implements Event {}

        record FlushEnded(int flush) implements Event {}

        record Recorded(Optional<ApplyPoint> point) implements Event {}
    }

    PayloadTargets targets() {
        return new PayloadTargets(
                new Region(layout.idleUsr(), layout.newUsr()),
                new Region(layout.idleUki(), layout.newUki()));
    }

    PayloadSources sources() {
        return new PayloadSources(
                new Region(0, layout.oldUsr()), new Region(layout.runningUki(), layout.oldUki()));
    }

    ApplyJournal journal() {
        return new RecordedJournal();
    }

    synchronized int events() {
        return events.size();
    }

    synchronized byte[] idleUsr() {
        return Arrays.copyOfRange(bytes, layout.idleUsr(), layout.idleUki());
    }

    synchronized byte[] idleUki() {
        return Arrays.copyOfRange(bytes, layout.idleUki(), layout.end());
    }

    synchronized byte[] running() {
        return Arrays.copyOf(bytes, layout.idleUsr());
    }

    synchronized void damage(int idleOffset) {
        bytes[layout.idleUsr() + idleOffset] ^= 1;
    }

    /** The disk and its journal after a cut behind so many events. */
    synchronized CutDevice cutAfter(int count, Random random) {
        byte[] left = before.clone();
        Optional<ApplyPoint> point = journalBefore;
        for (int i = 0; i < count; i++) {
            switch (events.get(i)) {
                case Event.Write write -> settle(left, write, isFlushed(i, count), random);
                case Event.Recorded(Optional<ApplyPoint> recorded) -> point = recorded;
                case Event.FlushBegun _, Event.FlushEnded _ -> {}
            }
        }
        return new CutDevice(left, layout, point);
    }

    private boolean isFlushed(int write, int count) {
        for (int i = write + 1; i < count; i++) {
            if (events.get(i) instanceof Event.FlushBegun(int flush)
                    && events.subList(i, count).contains(new Event.FlushEnded(flush))) {
                return true;
            }
        }
        return false;
    }

    private static void settle(byte[] disk, Event.Write write, boolean isFlushed, Random random) {
        int fate = isFlushed ? 0 : random.nextInt(3);
        for (int at = 0; at < write.content.length; at += SECTOR) {
            if (fate == 0 || (fate == 1 && random.nextBoolean())) {
                int length = Math.min(SECTOR, write.content.length - at);
                System.arraycopy(write.content, at, disk, write.offset + at, length);
            }
        }
    }

    /** A partition; what is outside of it cannot be reached. */
    private final class Region implements PayloadTarget, SourceBytes {
        private final int start;
        private final int size;

        Region(int start, int size) {
            this.start = start;
            this.size = size;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public void write(ByteBuffer content, long offset) throws IOException {
            requireInside(offset, content.remaining());
            byte[] copy = new byte[content.remaining()];
            content.get(copy);
            synchronized (CutDevice.this) {
                System.arraycopy(copy, 0, bytes, start + (int) offset, copy.length);
                events.add(new Event.Write(start + (int) offset, copy));
            }
        }

        @Override
        public void read(ByteBuffer into, long offset) throws IOException {
            requireInside(offset, into.remaining());
            synchronized (CutDevice.this) {
                into.put(bytes, start + (int) offset, into.remaining());
            }
        }

        @Override
        public void read(long offset, ByteBuffer into) throws IOException {
            read(into, offset);
        }

        // Only to let other writes come between; nothing relies on it.
        @SuppressWarnings("ThreadPriorityCheck")
        @Override
        public void force() {
            int flush;
            synchronized (CutDevice.this) {
                flush = flushes;
                flushes++;
                events.add(new Event.FlushBegun(flush));
            }
            Thread.yield();
            synchronized (CutDevice.this) {
                events.add(new Event.FlushEnded(flush));
            }
        }

        private void requireInside(long offset, int length) throws IOException {
            if (offset < 0 || length > size - offset) {
                throw new IOException(length + " bytes at " + offset + " are outside");
            }
        }
    }

    private final class RecordedJournal implements ApplyJournal {
        @Override
        public Optional<ApplyPoint> load() {
            return journal;
        }

        @Override
        public void record(ApplyPoint point) {
            keep(Optional.of(point));
        }

        @Override
        public void clear() {
            keep(Optional.empty());
        }

        private void keep(Optional<ApplyPoint> point) {
            synchronized (CutDevice.this) {
                journal = point;
                events.add(new Event.Recorded(point));
            }
        }
    }
}
