using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using CourseKit.Kernel.Session;
using CourseKit.Kernel.Session.Output;

namespace CourseKit.Kernel.Running;

/// <summary>
/// The process that runs cells. It takes them from the runner over a channel of their own, so that text which a cell prints cannot disturb
/// the channel.
/// </summary>
public static class CellServer
{
    /// <summary>Runs the cells that come until the runner closes the channel. If a cell is running then, the process ends at once.</summary>
    /// <param name="commands">The first argument that the runner added: where cells come from.</param>
    /// <param name="events">The second one: where outputs go.</param>
    public static async Task ServeAsync(string commands, string events)
    {
        // Ctrl+C in a terminal reaches every process; the runner decides what it means.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        using var input = new StreamReader(new AnonymousPipeClientStream(PipeDirection.In, commands));
        using var output = new AnonymousPipeClientStream(PipeDirection.Out, events);
        var sending = new Lock();
        void Send(JsonObject message)
        {
            var line = Encoding.UTF8.GetBytes(CellProtocol.Line(message) + "\n");
            try
            {
                lock (sending)
                    output.Write(line);
            }
            catch (IOException)
            {
                // The runner is gone, so this process will end too.
            }
        }

        var mark = Encoding.UTF8.GetBytes(await input.ReadLineAsync() ?? "");
        await using var session = new CSharpSession(Environment.CurrentDirectory);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => RunningCell.FlushPrinted(); // a cell may call Environment.Exit
        var cells = Channel.CreateUnbounded<JsonObject>();
        var unfinished = 0; // a cell counts from its arrival: the runner may be gone before it begins
        _ = Task.Run(async () =>
        {
            while (await input.ReadLineAsync() is { } line)
            {
                Interlocked.Increment(ref unfinished);
                cells.Writer.TryWrite(CellProtocol.Message(line));
            }
            if (Volatile.Read(ref unfinished) > 0)
                Process.GetCurrentProcess().Kill();
            cells.Writer.Complete();
        });
        Send(CellProtocol.Idle());
        await foreach (var cell in cells.Reader.ReadAllAsync())
        {
            await session.RunAsync((string)cell["code"]!, (string)cell["name"]!, o => Send(CellProtocol.Encode(o)));
            Mark(mark);
            Interlocked.Decrement(ref unfinished);
            Send(CellProtocol.Idle());
        }
    }

    /// <summary>Marks on standard output and error that all the cell's text there, from native buffers too, has been written.</summary>
    private static void Mark(byte[] mark)
    {
        if (!OperatingSystem.IsWindows())
            _ = FlushNative(0);
        foreach (var stream in new[] { Console.OpenStandardOutput(), Console.OpenStandardError() })
            stream.Write(mark);
    }

    [DllImport("libc", EntryPoint = "fflush")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int FlushNative(nint everyStream);
}
