package io.keelson.engine.state.json;

import io.keelson.engine.json.JsonObject;
import io.keelson.engine.state.FileKind;
import io.keelson.engine.state.Offer;
import io.keelson.engine.state.OfferedFile;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;

/** The form of an {@link Offer} in the state file and on the way to another process. */
public final class OfferJson {
    private OfferJson() {}

    public static JsonObject write(Offer offer) {
        return file(offer.full())
                .with("version", offer.version().text())
                .with("downgrade", offer.downgrade())
                .with("shortcuts", offer.shortcuts().stream().map(OfferJson::file).toList());
    }

    private static JsonObject file(OfferedFile file) {
        return JsonObject.empty()
                .with("kind", file.kind().text())
                .with("sources", file.sources().stream().map(URI::toString).toList())
                .with("sizeBytes", file.sizeBytes())
                .with("sha256", file.sha256Hex())
                .with("sourceRootHash", file.sourceRootHash());
    }

    /** The offer under the key {@code offer} of an object. */
    public static Offer read(JsonObject state) throws IOException {
        JsonObject json =
                state.object("offer").orElseThrow(() -> new IOException("no \"offer\" object"));
        try {
            var shortcuts = new ArrayList<OfferedFile>();
            for (JsonObject shortcut : json.objects("shortcuts")) {
                shortcuts.add(file(shortcut));
            }
            return new Offer(
                    StateJson.version(json, "version"),
                    file(json),
                    shortcuts,
                    json.optionalText("downgrade"));
        } catch (IllegalArgumentException e) {
            throw new IOException("the offer is unusable: " + e.getMessage(), e);
        }
    }

    /** A state that an older keelsond saved knows full payloads only, without saying so. */
    private static OfferedFile file(JsonObject json) throws IOException {
        String kind = json.optionalText("kind").orElse(FileKind.FULL.text());
        return new OfferedFile(
                FileKind.of(kind)
                        .orElseThrow(() -> new IOException("unknown kind \"" + kind + "\"")),
                json.texts("sources").stream().map(URI::create).toList(),
                json.number("sizeBytes"),
                json.text("sha256"),
                json.optionalText("sourceRootHash").orElse(""));
    }
}
