using System.Diagnostics;
using System.Globalization;
using CourseKit.Kernel.Running;

namespace CourseKit.Kernel.Grading;

/// <summary>
/// Isolates a submission. With bubblewrap (the program <c>bwrap</c>), a submission has no network, sees only its own processes, and can change only
/// files in its own folder. The files of users and of the class are hidden. Without bubblewrap, a submission has only limits and a clean environment.
/// In both cases the program <c>prlimit</c> is needed. Without it, a submission is not isolated at all.
/// </summary>
public sealed class Sandbox
{
    private readonly bool walls, limits;

    private Sandbox(bool walls, bool limits) => (this.walls, this.limits) = (walls, limits);

    /// <summary>The strictest sandbox that this system allows.</summary>
    public static Sandbox Strictest { get; } = new(Works("bwrap", "--ro-bind", "/", "/", "--unshare-all", "--", "true"), Works("prlimit", "--core=0", "true"));

    /// <summary>What the sandbox prevents, in words for the teacher.</summary>
    public string Description => (walls, limits) switch
    {
        (true, true) => "no network, files read-only, limits on memory, files and processes",
        (false, true) => "limits on memory, files and processes; without bubblewrap (bwrap) submissions can read files and use the network",
        _ => "a time limit only: this system has no prlimit",
    };

    /// <summary>The command that runs a program in the sandbox. Without prlimit, it is the program itself, without any sandbox.</summary>
    /// <param name="host">The program to run.</param>
    /// <param name="folder">The program's own folder. With bubblewrap, it is the only folder of this machine that the program may write.</param>
    /// <param name="view">The files that the program sees; used only with bubblewrap.</param>
    /// <param name="environment">The environment variables that the program gets in addition to PATH, HOME and TMPDIR. It gets no others.</param>
    /// <param name="most">The largest amounts of memory, file size and processes. The time limit is not enforced here.</param>
    public CellHost Around(CellHost host, string folder, SandboxView view, IReadOnlyDictionary<string, string> environment, Limits most)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(most);
        if (!limits)
            return host;
        static string Bytes(int megabytes) => (megabytes * 1_000_000L).ToString(CultureInfo.InvariantCulture);
        List<string> command = ["prlimit", $"--data={Bytes(most.Megabytes)}", $"--fsize={Bytes(most.FileMegabytes)}", $"--nproc={most.Processes}", "--core=0"];
        if (walls)
        {
            command.AddRange(["bwrap", .. view.Arguments]);
            command.AddRange(["--bind", folder, folder, "--chdir", folder, "--unshare-all", "--die-with-parent", "--new-session"]);
        }
        var own = new Dictionary<string, string>(environment) { ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "", ["HOME"] = folder, ["TMPDIR"] = walls ? "/tmp" : folder };
        command.AddRange(["env", "-i", .. own.Select(variable => $"{variable.Key}={variable.Value}"), host.FileName, .. host.Arguments]);
        return new(command[0], command[1..]) { TakesAllAlong = walls };
    }

    private static bool Works(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // not installed
        }
    }
}
