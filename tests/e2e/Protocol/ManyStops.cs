using System.Diagnostics;
using CourseKit.Kernel.Jupyter.Wire;

namespace CourseKit.EndToEnd.Tests.Protocol;

/// <summary>Stops of one kind of cell, at random moments; the same ones for the same seed.</summary>
internal sealed class ManyStops(KernelProcess kernel, KernelClient client, BusyCell busy, int seed)
{
    private readonly Random random = new(seed);
    private int round;

    /// <summary>Runs the cell, interrupts it, and looks what is left.</summary>
    /// <exception cref="TimeoutException">The kernel has died, or does not answer for two minutes.</exception>
    public Stop Once()
    {
        if (round++ == 0)
            client.Execute($"{busy.Before}\nvar (kept, round) = (1, 0);").Ok();
        var cell = client.Request($"round = {round};\nConsole.WriteLine(\"running\");\n{busy.Code}");
        // One in four is interrupted while it is compiled, or has just begun.
        var early = round % 4 == 0;
        if (early)
            client.Published(message => KernelClient.IsAbout(message, cell) && message.Type == "status", "the cell's begin");
        else
            client.Printed(cell);
        Thread.Sleep(early ? random.Next(0, 100) : random.Next(50, 800));

        // By message and by signal in turn, as front ends do it; Windows has no such signal.
        var watch = Stopwatch.StartNew();
        var bySignal = round % 2 == 0 && !OperatingSystem.IsWindows();
        if (bySignal)
            kernel.Interrupt();
        else
            client.Send("interrupt_request", [], RequestChannel.Control);
        if (busy == BusyCell.OneCall)
            client.Published(message => KernelClient.IsAbout(message, cell) && (message.Type == "error" || message.Get("name", "") == "stderr"), "a word about the stop");
        var heard = watch.Elapsed;
        client.Outputs(cell);
        var idle = watch.Elapsed;

        var stopped = client.Reply(cell).Get("evalue", "") == "Stopped.";
        var left = client.Execute("$\"{kept++} {round}\"").Value;
        return new($"by {(bySignal ? "signal" : "message")} {(early ? "before it printed" : "while it ran")}", busy == BusyCell.OneCall ? heard : idle, stopped, left == $"{round} {round}" || (early && left == $"{round} {round - 1}"));
    }
}

/// <summary>How a cell was stopped.</summary>
/// <param name="How">By what it was interrupted, and when.</param>
/// <param name="Took">From the interrupt until the kernel was idle; where the cell was in one long call, until the user was told.</param>
/// <param name="Stopped">Whether the cell ended since it was stopped, and not otherwise.</param>
/// <param name="Kept">Whether the next cell ran, and found all variables as they must be.</param>
internal sealed record Stop(string How, TimeSpan Took, bool Stopped, bool Kept);
