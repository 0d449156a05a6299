package io.keelson.cli.reboot;

import io.keelson.cli.terminal.Terminal;
import io.keelson.reboot.group.Slots;

import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

import java.io.IOException;
import java.util.concurrent.Callable;

@Command(
        name = "set-max",
        description = "how many may reboot at once; those who hold a slot keep it",
        mixinStandardHelpOptions = true)
final class SetMaxCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private GroupOptions options = new GroupOptions();

    @Parameters(
            paramLabel = "SLOTS",
            converter = SlotsConverter.class,
            description = "a number such as 2, or a share of the group such as 10%%")
    private Slots slots = new Slots.Count(1);

    SetMaxCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        StatusText.print(options.access(terminal).setSlots(slots), terminal.out());
        return 0;
    }

    static final class SlotsConverter implements ITypeConverter<Slots> {
        @Override
        public Slots convert(String text) {
            try {
                return Slots.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(
                        e.getMessage() + "; to stop all reboots use 'keelson reboot halt'");
            }
        }
    }
}
