package io.keelson.omaha;

import java.util.Map;

/**
 * Values of {@code errorcode} with the names update_engine gives them. The four highest bits are
 * flags about the client (test server, resumed download, ...) and say nothing about the failure.
 */
public final class ErrorCode {
    public static final int SUCCESS = 0;
    public static final int ERROR = 1;
    public static final int OMAHA_REQUEST = 2;
    public static final int POSTINSTALL_RUNNER = 5;
    public static final int INSTALL_DEVICE_OPEN = 7;
    public static final int DOWNLOAD_TRANSFER = 9;
    public static final int PAYLOAD_HASH_MISMATCH = 10;
    public static final int PAYLOAD_SIZE_MISMATCH = 11;
    public static final int PAYLOAD_VERIFICATION = 12;
    public static final int NEW_PARTITION_INFO = 13;
    public static final int DOWNLOAD_WRITE = 14;
    public static final int NEW_ROOTFS_VERIFICATION = 15;
    public static final int NEW_KERNEL_VERIFICATION = 16;
    public static final int SIGNED_DELTA_PAYLOAD_EXPECTED = 17;
    public static final int PAYLOAD_PUB_KEY_VERIFICATION = 18;
    public static final int INVALID_METADATA_MAGIC = 21;
    public static final int SIGNATURE_MISSING_IN_MANIFEST = 22;
    public static final int MANIFEST_PARSE = 23;
    public static final int METADATA_SIGNATURE_ERROR = 24;
    public static final int METADATA_SIGNATURE_VERIFICATION = 25;
    public static final int METADATA_SIGNATURE_MISMATCH = 26;
    public static final int OPERATION_HASH_VERIFICATION = 27;
    public static final int OPERATION_EXECUTION = 28;
    public static final int OPERATION_HASH_MISMATCH = 29;
    public static final int OMAHA_XML_PARSE = 31;
    public static final int INVALID_METADATA_SIZE = 32;
    public static final int INVALID_METADATA_SIGNATURE = 33;
    public static final int OMAHA_RESPONSE_INVALID = 34;
    public static final int IGNORED_PER_POLICY = 35;
    public static final int DEFERRED_PER_POLICY = 36;
    public static final int OMAHA_ERROR_IN_HTTP_RESPONSE = 37;
    public static final int OPERATION_HASH_MISSING = 38;
    public static final int METADATA_SIGNATURE_MISSING = 39;
    public static final int DEFERRED_FOR_BACKOFF = 40;

    /** The host booted the new release, gave it up and is back on the one before. */
    public static final int ROLLBACK = 44;

    public static final int NOT_ENOUGH_SPACE = 60;

    /** Codes from here on are this number plus an HTTP status. */
    public static final int HTTP_STATUS_BASE = 2000;

    /** Flag: the client does not ask the server its image names, but one of its operator's. */
    public static final int FLAG_OTHER_SERVER = 1 << 28;

    /** Flag: the download that failed had been continued. */
    public static final int FLAG_RESUMED = 1 << 30;

    private static final int CODE_MASK = 0x0FFF_FFFF;

    private static final Map<Integer, String> NAMES =
            Map.ofEntries(
                    Map.entry(SUCCESS, "Success"),
                    Map.entry(ERROR, "Error"),
                    Map.entry(OMAHA_REQUEST, "OmahaRequest"),
                    Map.entry(3, "OmahaResponseHandler"),
                    Map.entry(4, "FilesystemCopier"),
                    Map.entry(POSTINSTALL_RUNNER, "PostinstallRunner"),
                    Map.entry(INSTALL_DEVICE_OPEN, "InstallDeviceOpen"),
                    Map.entry(8, "KernelDeviceOpen"),
                    Map.entry(DOWNLOAD_TRANSFER, "DownloadTransfer"),
                    Map.entry(PAYLOAD_HASH_MISMATCH, "PayloadHashMismatch"),
                    Map.entry(PAYLOAD_SIZE_MISMATCH, "PayloadSizeMismatch"),
                    Map.entry(PAYLOAD_VERIFICATION, "PayloadVerification"),
                    Map.entry(NEW_PARTITION_INFO, "NewPartitionInfo"),
                    Map.entry(DOWNLOAD_WRITE, "DownloadWrite"),
                    Map.entry(NEW_ROOTFS_VERIFICATION, "NewRootfsVerification"),
                    Map.entry(NEW_KERNEL_VERIFICATION, "NewKernelVerification"),
                    Map.entry(SIGNED_DELTA_PAYLOAD_EXPECTED, "SignedDeltaPayloadExpected"),
                    Map.entry(PAYLOAD_PUB_KEY_VERIFICATION, "PayloadPubKeyVerification"),
                    Map.entry(19, "PostinstallBootedFromFirmwareB"),
                    Map.entry(20, "DownloadStateInitialization"),
                    Map.entry(INVALID_METADATA_MAGIC, "InvalidMetadataMagic"),
                    Map.entry(SIGNATURE_MISSING_IN_MANIFEST, "SignatureMissingInManifest"),
                    Map.entry(MANIFEST_PARSE, "ManifestParse"),
                    Map.entry(METADATA_SIGNATURE_ERROR, "MetadataSignatureError"),
                    Map.entry(METADATA_SIGNATURE_VERIFICATION, "MetadataSignatureVerification"),
                    Map.entry(METADATA_SIGNATURE_MISMATCH, "MetadataSignatureMismatch"),
                    Map.entry(OPERATION_HASH_VERIFICATION, "OperationHashVerification"),
                    Map.entry(OPERATION_EXECUTION, "OperationExecution"),
                    Map.entry(OPERATION_HASH_MISMATCH, "OperationHashMismatch"),
                    Map.entry(30, "OmahaEmptyResponse"),
                    Map.entry(OMAHA_XML_PARSE, "OmahaXmlParse"),
                    Map.entry(INVALID_METADATA_SIZE, "InvalidMetadataSize"),
                    Map.entry(INVALID_METADATA_SIGNATURE, "InvalidMetadataSignature"),
                    Map.entry(OMAHA_RESPONSE_INVALID, "OmahaResponseInvalid"),
                    Map.entry(IGNORED_PER_POLICY, "IgnoredPerPolicy"),
                    Map.entry(DEFERRED_PER_POLICY, "DeferredPerPolicy"),
                    Map.entry(OMAHA_ERROR_IN_HTTP_RESPONSE, "OmahaErrorInHttpResponse"),
                    Map.entry(OPERATION_HASH_MISSING, "OperationHashMissing"),
                    Map.entry(METADATA_SIGNATURE_MISSING, "MetadataSignatureMissing"),
                    Map.entry(DEFERRED_FOR_BACKOFF, "DeferredForBackoff"),
                    Map.entry(41, "PostinstallPowerwash"),
                    Map.entry(42, "NewPcrPolicyVerification"),
                    Map.entry(43, "NewPcrPolicyHttp"),
                    Map.entry(ROLLBACK, "Rollback"),
                    Map.entry(45, "UnsupportedMinorPayloadVersion"),
                    Map.entry(47, "FilesystemVerifier"),
                    Map.entry(48, "UserCanceled"),
                    Map.entry(51, "PayloadTimestamp"),
                    Map.entry(52, "UpdatedButNotActive"),
                    Map.entry(53, "NoUpdate"),
                    Map.entry(56, "VerityCalculation"),
                    Map.entry(NOT_ENOUGH_SPACE, "NotEnoughSpace"),
                    Map.entry(61, "DeviceCorrupted"),
                    Map.entry(63, "PostInstallMount"));

    private ErrorCode() {}

    /** The code without the client's flag bits. */
    public static int withoutFlags(int code) {
        return code & CODE_MASK;
    }

    /** The name of a code, flags ignored: {@code Rollback}, {@code HTTP 503}, {@code Code 999}. */
    public static String nameOf(int code) {
        int bare = withoutFlags(code);
        String name = NAMES.get(bare);
        if (name != null) {
            return name;
        }
        boolean http = bare > HTTP_STATUS_BASE && bare < HTTP_STATUS_BASE + 1000;
        return http ? "HTTP " + (bare - HTTP_STATUS_BASE) : "Code " + bare;
    }
}
