package io.keelson.image.convert;

import io.keelson.image.sign.UefiVariableStore;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The documents that a cloud's own command line takes beside a disk. */
final class CloudRequests {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** EC2's names of the architectures that Debian names. */
    private static final Map<String, String> EC2_ARCHITECTURES =
            Map.of("amd64", "x86_64", "arm64", "arm64");

    private CloudRequests() {}

    /** For {@code aws ec2 import-snapshot --cli-input-json}; bucket and key are the user's. */
    static void importSnapshot(ImageName image, Path file) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        root.put("Description", image.text());
        ObjectNode container = root.putObject("DiskContainer");
        container.put("Description", image.text()).put("Format", "RAW");
        container.putObject("UserBucket").put("S3Bucket", "BUCKET").put("S3Key", "KEY");
        write(root, file);
    }

    /**
     * For {@code aws ec2 register-image --cli-input-json}; the snapshot is the user's.
     *
     * @param keys for the firmware; without them it starts anything
     */
    static void registerImage(ImageName image, Optional<Path> keys, Path file) throws IOException {
        String architecture = EC2_ARCHITECTURES.get(image.arch());
        if (architecture == null) {
            throw new IOException("EC2 has no machines of architecture " + image.arch());
        }
        ObjectNode root = JSON.createObjectNode();
        root.put("Name", image.text()).put("Description", image.text());
        root.put("Architecture", architecture);
        root.put("RootDeviceName", "/dev/xvda").put("VirtualizationType", "hvm");
        root.put("EnaSupport", true).put("SriovNetSupport", "simple");
        root.put("BootMode", "uefi").put("TpmSupport", "v2.0").put("ImdsSupport", "v2.0");
        if (keys.isPresent()) {
            root.put("UefiData", UefiVariableStore.forEc2(keys.get()));
        }
        ObjectNode disk = root.putArray("BlockDeviceMappings").addObject();
        disk.put("DeviceName", "/dev/xvda");
        disk.putObject("Ebs")
                .put("SnapshotId", "SNAPSHOT")
                .put("VolumeType", "gp3")
                .put("DeleteOnTermination", true);
        write(root, file);
    }

    /** Glance's properties; the image has no vendor's signature, so a vendor's keys refuse it. */
    static void imageProperties(ImageName image, Path file) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        root.put("architecture", image.arch().equals("arm64") ? "aarch64" : "x86_64");
        root.put("hw_disk_bus", "virtio").put("hw_firmware_type", "uefi");
        if (!image.arch().equals("arm64")) {
            root.put("hw_machine_type", "q35");
        }
        root.put("hw_rng_model", "virtio").put("hw_vif_model", "virtio");
        root.put("os_distro", "keelson").put("os_secure_boot", "disabled");
        root.put("os_type", "linux").put("os_version", image.version());
        write(root, file);
    }

    private static void write(ObjectNode root, Path file) throws IOException {
        String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
        Files.write(file, (text + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
