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
/// The code inside the process that runs cells. It exchanges messages with the runner through two pipes and not through standard input and output.
/// So text that a cell prints cannot disturb the messages.
/// </summary>
public static class CellServer
{
    /// <summary>Runs the received cells until the runner closes the pipe. If a cell is running or waiting then, this kills the process.</summary>
    /// <param name="commands">The handle of the pipe with the cells: the first argument that the runner added.</param>
    /// <param name="events">The handle of the pipe for the outputs: the second argument that the runner added.</param>
    public static async Task ServeAsync(string commands, string events)
    {
        // Ctrl+C in a terminal sends SIGINT to this process too. It ignores the signal, because the runner decides what happens.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        using var input = new StreamReader(new AnonymousPipeClientStream(PipeDirection.In, commands));
        using var output = new AnonymousPipeClientStream(PipeDirection.Out, events);
        var sending = new Lock();
        var mark = await input.ReadLineAsync() ?? "";
        var token = mark;
        void Send(JsonObject message)
        {
            message["token"] = Volatile.Read(ref token);
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

        await using var session = new CSharpSession(Environment.CurrentDirectory);
        AppContext.SetData("notebook.answer", (Action<string>)(answer => Send(CellProtocol.Answer(answer))));
        AppDomain.CurrentDomain.ProcessExit += (_, _) => RunningCell.FlushPrinted(); // code that a cell calls may call Environment.Exit
        var cells = Channel.CreateUnbounded<JsonObject>();
        var unfinished = 0; // the running cell and the waiting ones: if the runner ends, they must not run
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
        Send(CellProtocol.Idle(ok: true));
        await foreach (var command in cells.Reader.ReadAllAsync())
        {
            Volatile.Write(ref token, CellProtocol.Text(command, "token"));
            var ok = true;
            if (command.ContainsKey("look"))
                Send(CellProtocol.Facts(SourceFacts.Of(CellProtocol.Text(command, "look"))));
            else
                ok = (await session.RunAsync(CellProtocol.Text(command, "code"), CellProtocol.Text(command, "name"), o => Send(CellProtocol.Encode(o)), language: command["language"]?.GetValue<string>())).Ok;
            NativeOutput.Mark(Encoding.UTF8.GetBytes(mark));
            Interlocked.Decrement(ref unfinished);
            Send(CellProtocol.Idle(ok));
        }
    }
}
