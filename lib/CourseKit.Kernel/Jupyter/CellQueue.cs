using System.Text.Json.Nodes;
using System.Threading.Channels;
using CourseKit.Kernel.Display;
using CourseKit.Kernel.Jupyter.Wire;
using CourseKit.Kernel.Session;

namespace CourseKit.Kernel.Jupyter;

/// <summary>
/// Runs cells and handles comm messages one after the other, as they come. When a cell ends with an error, the cells that wait behind it are
/// dropped, unless the request said otherwise.
/// </summary>
internal sealed class CellQueue(CSharpSession session, Replies replies, IoPub iopub, StdinChannel stdin, CommTable comms, History history, Guard? guard, KernelLog log)
{
    // After a failed cell, the queue waits this long before it sends the reply. Cells that the client sent together with the failed cell can
    // still arrive in this time, and are dropped too. Cells that the client sends after the reply are not dropped.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(30);

    // So long after a cell the student may have begun to write the next one. Cells that are run one after the other come sooner.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(.5);

    private readonly Channel<Waiting> waiting = Channel.CreateUnbounded<Waiting>();
    private readonly List<ExecuteRequest> pending = [];
    private readonly OutputPace pace = new(TimeProvider.System);
    private int count, running;
    private bool assistReady;

    /// <summary>Adds a cell or a comm message.</summary>
    public void Add(Message message)
    {
        var cell = message.Type == "execute_request" ? new ExecuteRequest(message, new()) : null;
        if (cell is not null)
        {
            lock (pending)
            {
                pending.Add(cell);
                Record();
            }
        }
        waiting.Writer.TryWrite(new(message, cell));
    }

    /// <summary>Stops the running cell, or the next one to run. If that cell then ends with an error, the cells behind it are dropped.</summary>
    public void Stop()
    {
        lock (pending)
            pending.FirstOrDefault()?.Stop();
    }

    // The running cell is always the first pending one. The lock must be held.
    private void Record() => guard?.Write(pending.Select(cell => cell.Message), running);

    /// <summary>Works on the queue until the process ends.</summary>
    public async Task RunAsync()
    {
        while (await WaitAsync())
        {
            while (waiting.Reader.TryRead(out var next))
                await Run(next);
        }
    }

    // The first completion loads Roslyn's editor services, which takes longer than front ends wait for an answer. So a completion that nobody sees comes
    // before it, in the first pause after a cell. Headless runs have no such pause. The next cell ends it, because it shall have the machine to itself.
    private async Task<bool> WaitAsync()
    {
        var next = waiting.Reader.WaitToReadAsync().AsTask();
        if (assistReady || count == 0 || await Task.WhenAny(next, Task.Delay(Pause)) == next)
            return await next;
        var stop = new CancellationTokenSource();
        const string Code = "Console.";
        // On another thread also up to its first await, where it composes the services: on this one the next cell would wait for it.
        var completion = Task.Run(() => session.CompleteAsync(Code, Code.Length, stop.Token));
        assistReady = await Task.WhenAny(next, completion) == completion;
        if (completion.Exception is { } error)
            log.Warn($"completion: {error.InnerException}");
        if (!assistReady)
            new Thread(stop.Cancel) { IsBackground = true }.Start(); // not by way of the thread pool, which the completion may fill
        return await next;
    }

    private async Task Run(Waiting next)
    {
        try
        {
            await (next.Cell is null ? ReceiveComm(next.Message) : Execute(next.Cell));
        }
        catch (Exception error)
        {
            // The error is the kernel's, not the cell's. A client that waits for the cell must not wait for ever.
            log.Warn($"{next.Message.Type}: {error}");
            if (next.Cell is not null)
                Finish(next.Cell, new() { ["status"] = "error", ["execution_count"] = count, ["ename"] = error.GetType().Name, ["evalue"] = error.Message, ["traceback"] = new JsonArray() });
            iopub.End();
        }
    }

    // A comm message has no cell.
    private sealed record Waiting(Message Message, ExecuteRequest? Cell);

    private async Task Execute(ExecuteRequest request)
    {
        iopub.Begin(request.Message);
        comms.Parent = request.Message;
        var number = count + 1;
        if (request.StoreHistory)
            count = number;
        lock (pending)
        {
            running = number;
            Record();
        }
        if (!request.Silent)
            iopub.Publish("execute_input", new() { ["code"] = request.Code, ["execution_count"] = number }, request.Message);

        string? result = null;
        var ran = await session.RunAsync(request.Code, $"{number}", Output,
            request.AllowStdin ? question => stdin.Ask(request.Message, question, request.Stopping) : null, cancel: request.Stopping);
        var reply = Ended(ran);
        reply["execution_count"] = number;
        reply["payload"] = new JsonArray();
        reply["user_expressions"] = ran.Ok ? await Evaluate(request) : new JsonObject();
        if (request.StoreHistory)
            history.Add(number, request.Code, result);

        var dropped = ran.Ok || !(request.StopOnError || request.Stopping.IsCancellationRequested) ? [] : TakeWaiting();
        Finish(request, reply);
        iopub.End();
        foreach (var (message, cell) in dropped)
        {
            if (cell is null)
                await ReceiveComm(message);
            else
                Abort(cell);
        }

        void Output(CellOutput output)
        {
            if (output is ResultOutput value)
                result = value.Data.Text("text/plain");
            if (!request.Silent)
                iopub.Output(output, number, request.Message);
            if (output is StreamOutput printed)
                Thread.Sleep(pace.After(printed.Text.Length));
        }
    }

    private List<Waiting> TakeWaiting()
    {
        Thread.Sleep(Grace); // A timer would need the thread pool.
        List<Waiting> taken = [];
        while (waiting.Reader.TryRead(out var next))
            taken.Add(next);
        return taken;
    }

    private void Abort(ExecuteRequest request)
    {
        iopub.Begin(request.Message);
        Finish(request, new() { ["status"] = "aborted" }); // without a count, else a front end would number a cell that never ran
        iopub.End();
    }

    private void Finish(ExecuteRequest request, JsonObject reply)
    {
        lock (pending)
        {
            pending.Remove(request);
            running = 0;
            Record();
        }
        replies.Send(RequestChannel.Shell, request.Message, reply);
    }

    // Each expression is evaluated on its own. A failed expression has its error as its value.
    private async Task<JsonObject> Evaluate(ExecuteRequest request)
    {
        var values = new JsonObject();
        foreach (var (name, expression) in request.UserExpressions)
        {
            MimeBundle? data = null;
            var ran = await session.RunAsync($"{expression}", $"expression {name}",
                output => data = (output as ResultOutput)?.Data ?? data, cancel: request.Stopping);
            var value = Ended(ran);
            if (ran.Ok)
                (value["data"], value["metadata"]) = (data?.ToJson() ?? [], new JsonObject());
            values[name] = value;
        }
        return values;
    }

    private static JsonObject Ended(CellResult ran)
    {
        var content = ran.Error is { } error ? IoPub.Content(error) : [];
        content["status"] = ran.Ok ? "ok" : "error";
        return content;
    }

    private async Task ReceiveComm(Message message)
    {
        iopub.Begin(message);
        comms.Parent = message;
        await session.InvokeAsync(() => comms.Receive(message), $"handler of comm '{message.Get("target_name", message.Get("comm_id", ""))}'",
            output => iopub.Output(output, count, message), CancellationToken.None);
        iopub.End();
    }
}
