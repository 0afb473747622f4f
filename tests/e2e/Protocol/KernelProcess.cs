using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using CourseKit.Kernel.Jupyter.Wire;
using CourseKit.Notebooks.Tests;

namespace CourseKit.EndToEnd.Tests.Protocol;

/// <summary>A kernel, as a front end starts it: with a connection file and a home of its own.</summary>
internal sealed class KernelProcess : IDisposable
{
    private readonly Process process;
    private readonly StringBuilder log = new();

    /// <summary>Starts the kernel of the compiled command line, by its script.</summary>
    public KernelProcess(string folder, params IEnumerable<(string Name, string Value)> environment)
        : this(folder, folder, Command, environment)
    {
    }

    /// <summary>Starts any kernel.</summary>
    /// <param name="folder">Where the connection file and the home lie.</param>
    /// <param name="notebooks">The folder where it runs.</param>
    /// <param name="command">Its command for a connection file.</param>
    /// <param name="environment">More variables for it.</param>
    public KernelProcess(string folder, string notebooks, Func<string, string[]> command, params IEnumerable<(string Name, string Value)> environment)
    {
        Key = Guid.NewGuid().ToString("N");
        var ports = FreePorts(5);
        var file = Path.Combine(folder, $"connection-{Guid.NewGuid():N}.json");
        File.WriteAllText(file, new JsonObject
        {
            ["transport"] = "tcp",
            ["ip"] = "127.0.0.1",
            ["shell_port"] = ports[0],
            ["iopub_port"] = ports[1],
            ["stdin_port"] = ports[2],
            ["control_port"] = ports[3],
            ["hb_port"] = ports[4],
            ["key"] = Key,
            ["signature_scheme"] = "hmac-sha256",
            ["kernel_name"] = "coursekit",
        }.ToJsonString());
        Connection = ConnectionFile.Load(file);
        var words = command(file);
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            WorkingDirectory = notebooks,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["XDG_DATA_HOME"] = Path.Combine(folder, "data");
        HistoryFile = Path.Combine(folder, "data", "coursekit", "history.jsonl");
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (log)
                log.AppendLine(line.Data);
        };
        process.BeginErrorReadLine();
    }

    public string Key { get; }

    public ConnectionFile Connection { get; }

    public string HistoryFile { get; }

    /// <summary>What the kernel wrote on standard error so far.</summary>
    public string Log
    {
        get
        {
            lock (log)
                return log.ToString();
        }
    }

    /// <summary>Whether the kernel still runs, and its log.</summary>
    public string State => $"The kernel {(WaitForExit(TimeSpan.Zero) is { } code ? $"has ended with exit code {code}" : "runs")}. Its log: {Log}";

    /// <summary>Resident memory, in MB.</summary>
    public double Megabytes
    {
        get
        {
            using var kernel = Process.GetProcessById(Id);
            return kernel.WorkingSet64 / 1e6;
        }
    }

    /// <summary>Waits for the process to end.</summary>
    /// <returns>Its exit code; null where it went on.</returns>
    public int? WaitForExit(TimeSpan patience) => process.WaitForExit(patience) ? process.ExitCode : null;

    /// <summary>Interrupts the kernel as Ctrl+C does, not on Windows.</summary>
    public void Interrupt() => _ = Signal(Id, 2); // SIGINT

    // The script's only child is the kernel.
    private int Id => OperatingSystem.IsLinux() ? int.Parse(File.ReadAllText($"/proc/{process.Id}/task/{process.Id}/children"), CultureInfo.InvariantCulture) : process.Id;

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    public static string[] Command(string connection)
    {
        string[] command = [BuiltCourse.Program, "kernel", "start", connection];
        return OperatingSystem.IsWindows() ? command : [Path.Combine(Path.GetDirectoryName(BuiltCourse.Program)!, "kernel.sh"), .. command];
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int process, int signal);

    private static List<int> FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        List<int> ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        listeners.ForEach(listener => listener.Dispose());
        return ports;
    }
}
