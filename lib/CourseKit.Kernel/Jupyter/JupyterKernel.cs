using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using CourseKit.Kernel.Jupyter.Wire;
using CourseKit.Kernel.Session;
using CourseKit.Kernel.Session.Output;

namespace CourseKit.Kernel.Jupyter;

/// <summary>A C# session behind Jupyter's messaging protocol, version 5.3: what a front end starts for a notebook.</summary>
public sealed class JupyterKernel : IDisposable
{
    private readonly KernelLog log = new();
    private readonly MessageCodec codec;
    private readonly KernelSockets sockets;
    private readonly Replies replies;
    private readonly IoPub iopub;
    private readonly StdinChannel stdin;
    private readonly CellQueue cells;
    private readonly ShellRequests requests;
    private readonly History history;
    private readonly CSharpSession session = new(Environment.CurrentDirectory);
    private readonly TaskCompletionSource<bool> ending = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private JupyterKernel(ConnectionFile connection, Task warm)
    {
        codec = new(connection.Key);
        sockets = new(connection, Receive);
        iopub = new(codec, sockets);
        replies = new(codec, sockets);
        stdin = new(replies);
        history = new(History.UserFile, log);
        _ = warm.ContinueWith(_ => history.Load(), TaskScheduler.Default);
        var comms = CommTable.Current = new CommTable(iopub);
        cells = new(session, replies, iopub, stdin, comms, history, log);
        // What a cell left on display may change after the cell: a training that goes on in the background.
        RunningCell.UpdateBetweenCells = update => iopub.Output(update, 0, comms.Parent);
        requests = new(session, replies, iopub, comms, history, connection, log);
    }

    /// <summary>Runs the kernel until a front end shuts it down or is gone. What notebook code left running then is for the caller to end.</summary>
    /// <param name="connectionFile">The file in which the front end says where to listen.</param>
    /// <returns>The process's exit code: 0, or 1 where the kernel could not start; stderr says why.</returns>
    public static async Task<int> RunAsync(string connectionFile)
    {
        try
        {
            // Before anything else: the compiler takes longer to get going than the sockets and the front end together.
            var warm = Task.Run(CSharpSession.WarmUpAsync);
            using var kernel = new JupyterKernel(ConnectionFile.Load(connectionFile), warm);
            await kernel.RunAsync();
            return 0;
        }
        catch (KernelStartException error)
        {
            await Console.Error.WriteLineAsync($"coursekit: {error.Message}");
            return 1;
        }
    }

    /// <summary>Sends what is still to be sent, and closes the sockets.</summary>
    public void Dispose() => sockets.Dispose();

    private async Task RunAsync()
    {
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = true;
            cells.Stop();
        });
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            ending.TrySetResult(true);
        });
        iopub.Starting();
        sockets.Start();
        _ = Task.Run(cells.RunAsync);
        _ = Task.Run(requests.RunAsync);
        _ = ParentProcess.WhenGone().ContinueWith(_ => ending.TrySetResult(true), TaskScheduler.Default);
        await ending.Task;
    }

    // On the sockets' thread: everything that takes time is handed on.
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
                    ending.TrySetResult(true);
                    break;
                default:
                    requests.Add(channel, message);
                    break;
            }
        }
        catch (Exception error)
        {
            // Whatever comes, the kernel lives: it may hold hours of somebody's work.
            log.Warn($"dropped what came on {channel.ToString().ToLowerInvariant()}: {error.Message}");
        }
    }

    private void Reply(RequestChannel channel, Message request, JsonObject content)
    {
        replies.Send(channel, request, ShellRequests.Ok(content));
        iopub.Idle(request);
    }
}
