using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using CourseKit.Kernel.Display;
using CourseKit.Kernel.Jupyter.Wire;
using CourseKit.Kernel.Session;
using CourseKit.Kernel.Session.Output;

namespace CourseKit.Kernel.Jupyter;

/// <summary>A C# session that speaks Jupyter's messaging protocol, version 5.3. A front end starts it for a notebook.</summary>
public sealed class JupyterKernel : IDisposable
{
    // After a crash, front ends connect again within a tenth of a second. More than one may listen.
    private static readonly TimeSpan Reconnection = TimeSpan.FromSeconds(.3), Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(4);

    private readonly Guard? guard;
    private readonly KernelLog log;
    private readonly MessageCodec codec;
    private readonly KernelSockets sockets;
    private readonly Replies replies;
    private readonly IoPub iopub;
    private readonly StdinChannel stdin;
    private readonly CellQueue cells;
    private readonly ShellRequests requests;
    private readonly History history;
    private readonly CSharpSession session;
    private readonly ManualResetEventSlim ending = new();

    private JupyterKernel(ConnectionFile connection, string version, string? checkout, Guard? guard, Task warm)
    {
        session = new(Environment.CurrentDirectory, checkout);
        this.guard = guard;
        log = new(guard?.LogStream ?? Console.OpenStandardError());
        codec = new(connection.Key);
        sockets = new(connection, Receive);
        iopub = new(codec, sockets);
        replies = new(codec, sockets);
        stdin = new(replies);
        history = new(History.UserFile, log);
        _ = warm.ContinueWith(_ => history.Load(), TaskScheduler.Default);
        var comms = CommTable.Current = new CommTable(iopub);
        cells = new(session, replies, iopub, stdin, comms, history, guard, log);
        // A display may change after its cell has ended, for example by a training that goes on in the background.
        RunningCell.UpdateBetweenCells = update => iopub.Output(update, 0, comms.Parent);
        requests = new(session, replies, iopub, comms, history, connection, version, log);
    }

    /// <summary>
    /// Runs the kernel until the front end shuts it down or has ended. Threads of the notebook may still run then, so the caller must end the process.
    /// </summary>
    /// <param name="connectionFile">The path of the connection file, which the front end has written.</param>
    /// <param name="version">The version that the kernel reports.</param>
    /// <param name="checkout">The course folder that the kernel was installed from; null if there is none. <c>#r</c> looks there too.</param>
    /// <returns>The process's exit code: 0, or 1 if the kernel could not start; stderr then says why.</returns>
    public static int Run(string connectionFile, string version, string? checkout)
    {
        // What a script starts in the background inherits that SIGINT is ignored. .NET leaves that so if it finds it at its first use of signals.
        // Some front ends interrupt by it.
        if (!OperatingSystem.IsWindows())
            SetSignal(2, handler: 0); // SIGINT, as by default
        try
        {
            // The warm-up starts first, because the compiler takes longer to get going than the sockets and the front end together.
            var warm = Task.Run(CSharpSession.WarmUpAsync);
            using var kernel = new JupyterKernel(ConnectionFile.Load(connectionFile), version, checkout, Guard.Open(), warm);
            kernel.Run();
            return 0;
        }
        catch (KernelStartException error)
        {
            Console.Error.WriteLine($"coursekit: {error.Message}");
            return 1;
        }
    }

    /// <summary>Sends what is still to be sent, and closes the sockets.</summary>
    public void Dispose()
    {
        sockets.Dispose();
        ending.Dispose();
    }

    private void Run()
    {
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = true;
            cells.Stop();
        });
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            ending.Set();
        });
        iopub.Starting();
        sockets.Start();
        KernelThread.Run("cells", async () =>
        {
            if (guard?.Crash is { } crash)
                await TellAsync(crash);
            await cells.RunAsync();
        });
        KernelThread.Run("requests", requests.RunAsync);
        _ = ParentProcess.WhenGone().ContinueWith(_ => ending.Set(), TaskScheduler.Default);
        ending.Wait();
        EndSoon();
        CSharpSession.EndChildren();
    }

    // What a notebook left behind may refuse to end: a handler of the process's exit, a library's thread. Front ends wait for some five seconds.
    private static void EndSoon() => new Thread(() =>
    {
        Thread.Sleep(LastWait);
        if (OperatingSystem.IsWindows())
            Process.GetCurrentProcess().Kill();
        else
            ExitNow(0);
    })
    {
        IsBackground = true,
    }.Start();

    [DllImport("libc", EntryPoint = "signal")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern nint SetSignal(int signal, nint handler);

    [DllImport("libc", EntryPoint = "_exit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern void ExitNow(int code);

    // Answers the requests that the process before this one left without an answer.
    private async Task TellAsync(Crash crash)
    {
        await Task.WhenAny(sockets.Subscribed, Task.Delay(Patience));
        await Task.Delay(Reconnection);
        var end = ProcessEnd.Describe(crash.ExitCode, crash.LastWords);
        var message = $"the kernel's process ended with {end}{(crash.Running > 0 ? $" while cell {crash.Running} ran" : "")}. The kernel was started again: all variables are lost.";
        var error = new CellError("ProcessEnded", message, [$"ProcessEnded: {message}"], null);
        if (crash.Running == 0)
            RunningCell.Emit(new StreamOutput("stderr", message + "\n")); // The next cell shows it.
        foreach (var (index, request) in crash.Waiting.Index())
        {
            var ran = crash.Running > 0 && index == 0;
            iopub.Begin(request);
            if (ran)
                iopub.Output(error, crash.Running, request);
            var content = ran ? IoPub.Content(error) : [];
            content["status"] = ran ? "error" : "aborted";
            replies.Send(RequestChannel.Shell, request, content);
            iopub.End();
        }
    }

    // This runs on the sockets' thread, so everything that takes time is handed to another thread.
    private void Receive(RequestChannel channel, List<byte[]> frames)
    {
        try
        {
            var message = codec.Decode(frames);
            switch (message.Type)
            {
                case "input_reply":
                    stdin.Answer(message);
                    break;
                case "execute_request" or "comm_open" or "comm_msg" or "comm_close" when channel == RequestChannel.Shell:
                    cells.Add(message);
                    break;
                case "interrupt_request":
                    iopub.Busy(message);
                    cells.Stop();
                    Reply(channel, message, new());
                    break;
                case "shutdown_request":
                    iopub.Busy(message);
                    var restart = new JsonObject { ["restart"] = message.Get("restart", false) };
                    iopub.Publish("shutdown_reply", ShellRequests.Ok(restart.DeepClone().AsObject()), message);
                    Reply(channel, message, restart);
                    ending.Set();
                    break;
                default:
                    requests.Add(channel, message);
                    break;
            }
        }
        catch (Exception error)
        {
            // No message may end the kernel, because the variables in the kernel may be the result of hours of work.
            log.Warn($"dropped what came on {channel.ToString().ToLowerInvariant()}: {error.Message}");
        }
    }

    private void Reply(RequestChannel channel, Message request, JsonObject content)
    {
        replies.Send(channel, request, ShellRequests.Ok(content));
        iopub.Idle(request);
    }
}
