package io.keelson.reboot.standalone;

import java.util.List;

class CoordinatorOnFilesTest extends CoordinatorContract {
    @Override
    List<String> store() {
        return List.of("--data", directory.resolve("data").toString());
    }
}
