using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using CourseKit.Kernel.Jupyter.Wire;
using CourseKit.Kernel.Session.Output;
using Microsoft.Win32.SafeHandles;

namespace CourseKit.Kernel.Jupyter;

/// <summary>
/// What outlives a crash of the kernel's process. The script <c>kernel.sh</c> starts the kernel with two pipes for its output and two files, and starts
/// it again when it has crashed. The new process finds the last words of the old one, and the requests that wait for an answer.
/// </summary>
#pragma warning disable CA1001 // The files are the script's, and stay open for ever.
internal sealed partial class Guard
#pragma warning restore CA1001
{
    private const int Words = 6, Stdout = 7, Stderr = 8, Record = 9; // as in kernel.sh
    private const int SetDescriptorFlags = 2, CloseOnExec = 1, EndWithParent = 1, Terminate = 15;
    private const int MaxWords = 1 << 16;
    private readonly SafeFileHandle record = new(Record, ownsHandle: false), words = new(Words, ownsHandle: false);

    private Guard(int ended)
    {
        // Programs that cells start must not keep these open.
        foreach (var file in new[] { Words, Stdout, Stderr, Record })
            _ = Control(file, SetDescriptorFlags, CloseOnExec);
        if (OperatingSystem.IsLinux())
            _ = ControlProcess(EndWithParent, Terminate, 0, 0, 0); // Front ends may kill the script and not know of this process.
        LogStream = new FileStream(new SafeFileHandle(Duplicate(2), ownsHandle: true), FileAccess.Write, bufferSize: 0);
        // The old process may have read a part of its last words itself. The rest is still in the pipe.
        NativeOutput.Capture(new(Stdout, ownsHandle: false), new(Stderr, ownsHandle: false), Keep);
        if (ended > 128)
            Crash = Read(ended);
        RandomAccess.SetLength(record, 0);
    }

    /// <summary>Standard error as the front end gave it, for the kernel's own messages.</summary>
    public Stream LogStream { get; }

    /// <summary>How the process before this one ended; null if this is the first one.</summary>
    public Crash? Crash { get; }

    /// <summary>The guard; null if the kernel was not started by the script.</summary>
    public static Guard? Open() =>
        int.TryParse(Environment.GetEnvironmentVariable("COURSEKIT_ENDED"), NumberStyles.None, CultureInfo.InvariantCulture, out var ended) ? new(ended) : null;

    /// <summary>Records the requests that wait for an answer.</summary>
    /// <param name="waiting">The requests. If a cell runs, it is the first.</param>
    /// <param name="running">The number of the running cell; 0 if none runs.</param>
    public void Write(IEnumerable<Message> waiting, int running)
    {
        var text = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["running"] = running,
            ["waiting"] = new JsonArray([.. waiting.Select(message => new JsonObject
            {
                ["identities"] = new JsonArray([.. message.Identities.Select(identity => (JsonNode)Convert.ToBase64String(identity))]),
                ["header"] = message.Header.DeepClone(),
            })]),
        }.ToJsonString());
        RandomAccess.Write(record, text, 0);
        RandomAccess.SetLength(record, text.Length);
        if (running > 0)
            RandomAccess.SetLength(words, 0);
    }

    private void Keep(byte[] text)
    {
        var length = RandomAccess.GetLength(words);
        if (length > MaxWords)
            RandomAccess.SetLength(words, length = 0);
        RandomAccess.Write(words, text, length);
    }

    private Crash Read(int ended)
    {
        var saved = JsonNode.Parse(Text(record))!;
        return new(ended, Text(words), (int)saved["running"]!, [.. saved["waiting"]!.AsArray().Select(request => new Message(
            [.. request!["identities"]!.AsArray().Select(identity => Convert.FromBase64String((string)identity!))],
            request["header"]!.DeepClone().AsObject(), [], [], [], []))]);
    }

    private static string Text(SafeFileHandle file)
    {
        var bytes = new byte[RandomAccess.GetLength(file)];
        return Encoding.UTF8.GetString(bytes.AsSpan(0, RandomAccess.Read(file, bytes, 0)));
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(int file, int command, int argument);

    [LibraryImport("libc", EntryPoint = "dup")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Duplicate(int file);

    [LibraryImport("libc", EntryPoint = "prctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ControlProcess(int option, nint argument, nint second, nint third, nint fourth);
}

/// <summary>How a process of the kernel ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="LastWords">The end of what it wrote to standard error.</param>
/// <param name="Running">The number of the cell that ran; 0 if none ran.</param>
/// <param name="Waiting">The requests that wait for an answer. If a cell ran, it is the first.</param>
internal sealed record Crash(int ExitCode, string LastWords, int Running, IReadOnlyList<Message> Waiting);
