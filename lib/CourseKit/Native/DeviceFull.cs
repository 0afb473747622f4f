using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using CourseKit.Common;
using static System.FormattableString;

namespace CourseKit.Native;

/// <summary>What a cell's error tells beside torch's own message when the card's memory is full: who holds it, and what to do.</summary>
internal static partial class DeviceFull
{
    // The AppContext key of a function that the kernel asks about errors of native code: given the message, it gives what more there is to say, or null.
    private const string ExplainHook = "notebook.explain";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Has the kernel ask about errors. Outside a notebook nobody asks.</summary>
    public static void Install() => AppContext.SetData(ExplainHook, (Func<string, string?>)(message => Explain(message, Machine.Here)));

    /// <summary>What there is to say about torch's message if it is about the card's memory; else null.</summary>
    public static string? Explain(string message, Machine machine)
    {
        if (!MessagePattern().IsMatch(message))
            return null;
        return $"""
            The card's memory is full. Who holds it, as nvidia-smi says:
            {Holders(machine)}
            {(DeviceMemory.Share is { } share ? Invariant($"This notebook may take {share * 100:0.#} % of it (deviceMemory).\n") : "")}What to do: a smaller batch or network; in this notebook, x.Dispose() for tensors and networks that are done with, then
            GC.Collect(), or a restart; where others hold it, another card (Course.Start(device: "cuda:1")), and in a class a share for each
            seat: Course.Start(deviceMemory: 0.25), or {DeviceMemory.Variable}=0.25. Variables are kept.
            """;
    }

    // A table of processes, those that hold most first.
    private static string Holders(Machine machine)
    {
        if (Ask(machine, "--query-compute-apps=gpu_bus_id,pid,used_memory,process_name") is not { } answer)
            return "  (nvidia-smi is not on the PATH, or gave no answer)";
        var rows = answer.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(',', 4, StringSplitOptions.TrimEntries)).Where(row => row.Length == 4)
            .OrderByDescending(row => int.TryParse(row[2].Split(' ')[0], CultureInfo.InvariantCulture, out var megabytes) ? megabytes : 0).ToList();
        if (rows.Count == 0)
            return "  (nobody that nvidia-smi can see: in a container it sees no processes outside)";
        return TextTable.Plain([["  card", "process", "memory", "user", "program"], .. rows.Select(row => (string[])[$"  {row[0]}", row[1], row[2], User(machine, row[1]), row[3]])]);
    }

    private static string User(Machine machine, string process)
    {
        if (process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
            return "this notebook";
        var id = UserPattern().Match(machine.Read($"proc/{process}/status") ?? "").Groups[1].Value;
        var line = (machine.Read("etc/passwd") ?? "").Split('\n').Select(line => line.Split(':')).FirstOrDefault(fields => fields.Length > 2 && fields[2] == id);
        return line?[0] ?? (id.Length > 0 ? id : "?");
    }

    private static string? Ask(Machine machine, string query)
    {
        if (machine.Programs("nvidia-smi").FirstOrDefault(File.Exists) is not { } program)
            return null;
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, [query, "--format=csv,noheader"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var answer = process.StandardOutput.ReadToEndAsync();
            if (answer.Wait(Patience) && process.WaitForExit(Patience))
                return process.ExitCode == 0 ? answer.Result : null;
            process.Kill(entireProcessTree: true);
            return null;
        }
        catch (Exception error) when (error is Win32Exception or IOException or InvalidOperationException)
        {
            return null;
        }
    }

    // "CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has ...", and the driver's own "CUDA error: out of memory".
    [GeneratedRegex(@"CUDA (error: )?out of memory")]
    private static partial Regex MessagePattern();

    [GeneratedRegex(@"^Uid:\s+(\d+)", RegexOptions.Multiline)]
    private static partial Regex UserPattern();
}
