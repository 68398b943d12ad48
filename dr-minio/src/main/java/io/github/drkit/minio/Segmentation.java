package io.github.drkit.minio;

/**
 * How a stream of stored bytes is cut: into segments, which are objects, of parts, which are the pieces of a multipart
 * upload.
 *
 * @param partBytes length of every part but a segment's last
 * @param partsPerSegment how many parts a segment has at most
 */
record Segmentation(int partBytes, int partsPerSegment) {

    /**
     * 8,000 parts of 8 MiB: 62.5 GiB. S3 takes at most 10,000 parts, each but the last at least 5 MiB, and stores agree
     * less on what lies near the limits. See
     * https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
     */
    static final Segmentation DEFAULT = new Segmentation(8 << 20, 8_000);

    private static final int MOST_SEGMENTS = 99_999;

    Segmentation {
        if (partBytes < 1 || partsPerSegment < 1 || partsPerSegment > 10_000) {
            throw new IllegalArgumentException("Cannot cut into " + partsPerSegment + " parts of " + partBytes
                    + " bytes: 1 to 10000 parts needed");
        }
    }

    /** Returns the longest segment. */
    long segmentBytes() {
        return (long) partBytes * partsPerSegment;
    }

    /** Returns how many segments a stream has; an empty one has one, so that every stream leaves an object. */
    long segments(long storedBytes) {
        return Math.max(1, ceilDiv(storedBytes, segmentBytes()));
    }

    /** Returns the length of a segment, counted from 1. */
    long bytesOfSegment(long storedBytes, long number) {
        return Math.min(segmentBytes(), storedBytes - (number - 1) * segmentBytes());
    }

    /** Returns how many parts a segment of that length has. One part is no multipart upload but one plain PUT. */
    int parts(long segmentBytes) {
        return (int) Math.max(1, ceilDiv(segmentBytes, partBytes));
    }

    /** Returns what is appended to the base key for a segment, counted from 1. */
    static String suffix(int number) {
        if (number < 1 || number > MOST_SEGMENTS) {
            throw new IllegalStateException("Cannot name segment " + number + ": 1 to " + MOST_SEGMENTS + " needed");
        }
        return String.format(".%05d", number);
    }

    /** Tells whether a key is that of a segment of a stream. */
    static boolean isSegment(String key, String base) {
        return key.length() == base.length() + 6
                && key.startsWith(base + ".")
                && key.substring(base.length() + 1).chars().allMatch(digit -> digit >= '0' && digit <= '9');
    }

    private static long ceilDiv(long dividend, long divisor) {
        return dividend / divisor + (dividend % divisor == 0 ? 0 : 1);
    }
}
