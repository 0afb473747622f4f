using System.Collections;
using System.Diagnostics;
using System.Globalization;
using CourseKit.Kernel.Running;

namespace CourseKit.Kernel.Grading;

/// <summary>
/// Isolates submissions. With bubblewrap (the program <c>bwrap</c>), a submission has no network and no rights of the superuser, sees only its own
/// processes and the files that it needs, and writes only into folders in memory that are gone when it ends. Without bubblewrap, a submission has
/// only limits and a clean environment.
/// </summary>
/// <remarks>
/// A user namespace has its own count of processes. So <c>prlimit</c> runs inside bubblewrap, where only the submission's processes count.
/// Linux does not count the superuser's processes at all; <see cref="SubmissionWatch"/> does.
/// </remarks>
public sealed class Sandbox
{
    /// <summary>The folder of a submission inside bubblewrap: its home and its current directory.</summary>
    internal const string Home = "/home/student";

    private readonly IReadOnlyDictionary<string, string> environment;
    private readonly Limits most;
    private readonly string? prlimit, wallsFail;
    private readonly string[] walls = [], scope = [];

    /// <summary>The strictest sandbox that this system allows. It is tried with the same arguments that submissions get.</summary>
    /// <param name="view">The files that submissions see; used only with bubblewrap.</param>
    /// <param name="environment">The environment variables that submissions get in addition to PATH, HOME and TMPDIR. They get no others.</param>
    /// <param name="most">What a submission may use.</param>
    public Sandbox(SandboxView view, IReadOnlyDictionary<string, string> environment, Limits most)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(most);
        (this.environment, this.most) = (environment, most);
        if (!OperatingSystem.IsLinux())
        {
            wallsFail = "bubblewrap and prlimit, which isolate submissions, are for Linux alone (WSL has them)";
            return;
        }
        prlimit = OnPath("prlimit");
        if (OnPath("systemd-run") is { } systemd && Scope.Command(systemd, Environment.UserName == "root", most) is var command && Failure(new(command[0], [.. command[1..], "true"])) is null)
            scope = command;
        if (OnPath("bwrap") is not { } bwrap)
        {
            wallsFail = "bubblewrap (bwrap) is not installed";
            return;
        }
        walls = [bwrap, .. view.Arguments(Home, most.DiskMegabytes, prlimit is null ? [] : [prlimit]), "--chdir", Home];
        wallsFail = Failure(Around(new(prlimit ?? "/proc/self/exe", "--version"), Path.GetTempPath())) is { } said ? $"bubblewrap does not work here ({said})" : null;
    }

    /// <summary>Whether bubblewrap works here.</summary>
    public bool HasWalls => wallsFail is null;

    /// <summary>What the sandbox prevents and what it does not, in words for the teacher.</summary>
    public string Description => (HasWalls, prlimit is not null) switch
    {
        (true, true) => "no network, no files but those that a submission needs, limits on memory, disk, time and processes",
        (true, false) => "no network, no files but those that a submission needs, limits on memory, disk and time; without prlimit none on a single process",
        (false, true) => $"limits on memory, time and processes; {wallsFail}, so submissions can read and write your files, use the network, and leave processes behind",
        _ when !OperatingSystem.IsLinux() => $"limits on time and, of each submission's first process, on memory and threads; {wallsFail}, so submissions can do whatever you can",
        _ => $"a limit on time; {wallsFail} and there is no prlimit, so submissions can do whatever you can",
    };

    /// <summary>The command that runs a program in the sandbox.</summary>
    /// <param name="host">The program to run.</param>
    /// <param name="folder">The program's current directory and home without bubblewrap.</param>
    internal CellHost Around(CellHost host, string folder)
    {
        var own = new Dictionary<string, string>(environment) { ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "", ["HOME"] = folder, ["TMPDIR"] = folder };
        if (OperatingSystem.IsWindows())
        {
            (own["USERPROFILE"], own["TEMP"], own["TMP"]) = (folder, folder, folder);
            own["SystemRoot"] = Environment.GetFolderPath(Environment.SpecialFolder.Windows); // no socket opens without
            // What this machine needs of .NET and of Intel's OpenMP.
            foreach (var (name, value) in Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(variable => ((string)variable.Key, (string?)variable.Value ?? "")))
            {
                if (name.StartsWith("DOTNET_", StringComparison.OrdinalIgnoreCase) || name.StartsWith("KMP_", StringComparison.OrdinalIgnoreCase))
                    own.TryAdd(name, value);
            }
        }
        if (HasWalls)
            (own["PATH"], own["HOME"], own["TMPDIR"]) = ("/usr/bin:/bin", Home, "/tmp");
        static string Bytes(int megabytes) => (megabytes * 1_000_000L).ToString(CultureInfo.InvariantCulture);
        string[] limits = prlimit is null ? []
            : [prlimit, $"--data={Bytes(most.Megabytes)}", $"--fsize={Bytes(most.FileMegabytes)}", $"--nproc={most.Processes + (HasWalls ? 0 : ProcessTree.TasksOfUser())}", "--core=0"];
        // The environment is emptied before bubblewrap starts. Its own process inside would show the grader's variables otherwise.
        var env = OnPath("env");
        List<string> command = env is not null ? [env, "-i", .. own.Select(variable => $"{variable.Key}={variable.Value}")] : [];
        command.InsertRange(0, scope);
        command.AddRange([.. HasWalls ? walls : [], .. limits, host.FileName, .. host.Arguments]);
        return new(command[0], command[1..]) { TakesAllAlong = HasWalls, Variables = env is null ? own : null };
    }

    // Why the command does not work, in a line; null if it works.
    private static string? Failure(CellHost command)
    {
        using var process = Process.Start(new ProcessStartInfo(command.FileName, command.Arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : said.Trim().ReplaceLineEndings(" ");
    }

    private static string? OnPath(string program) => OperatingSystem.IsWindows() ? null
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
