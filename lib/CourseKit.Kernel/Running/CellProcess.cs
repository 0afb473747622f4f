using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Pipes;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session.Output;

namespace CourseKit.Kernel.Running;

internal enum CellEnd
{
    /// <summary>The cell came to its end without an error.</summary>
    Passed,

    /// <summary>The cell came to its end with an error.</summary>
    Failed,

    /// <summary>The process ended while the cell ran.</summary>
    ProcessEnded,

    /// <summary>The cell ran too long; its process was killed.</summary>
    TimedOut,
}

/// <summary>The runner's side of the process that runs cells (<see cref="CellServer"/> is the other side).</summary>
internal sealed class CellProcess : IAsyncDisposable
{
    // In bytes. The largest output of the lectures has a tenth of this.
    private const int MaxMessage = 32_000_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly Lazy<BlockingCollection<Action>> Starts = new(() =>
    {
        var starts = new BlockingCollection<Action>();
        new Thread(() =>
        {
            foreach (var start in starts.GetConsumingEnumerable())
                start();
        })
        { IsBackground = true, Name = "starter of processes" }.Start();
        return starts;
    });

    private readonly Process _process;
    private readonly bool _takesAllAlong;
    private readonly StreamWriter _commands;
    private readonly Stream _events;
    private readonly Action<CellOutput> _output;
    private readonly RawOutput[] _raw;
    private readonly Task _exit, _reading;
    private readonly ConcurrentDictionary<string, bool> _tokens = [];
    private readonly ConcurrentQueue<string> _answers = [];
    private TaskCompletionSource<bool> _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string _token;
    private SourceFacts? _facts;

    /// <summary>Starts the process.</summary>
    /// <param name="host">The program to start.</param>
    /// <param name="workingDirectory">The working directory of the process.</param>
    /// <param name="environment">Environment variables in addition to those of this process.</param>
    /// <param name="output">Called with each output as it comes, from several threads.</param>
    public CellProcess(CellHost host, string workingDirectory, IReadOnlyDictionary<string, string> environment, Action<CellOutput> output)
    {
        (_output, _takesAllAlong) = (output, host.TakesAllAlong);
        var start = new ProcessStartInfo(host.FileName, host.Arguments)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (host.Variables is { } only)
        {
            start.Environment.Clear();
            foreach (var (name, value) in only)
                start.Environment[name] = value;
        }
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        (_process, _commands, _events) = OnStarter(() =>
        {
            var commands = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.Inheritable);
            var events = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.Inheritable);
            start.ArgumentList.Add(commands.GetClientHandleAsString());
            start.ArgumentList.Add(events.GetClientHandleAsString());
            var process = Process.Start(start)!;
            commands.DisposeLocalCopyOfClientHandle();
            events.DisposeLocalCopyOfClientHandle();
            return (process, new StreamWriter(commands) { AutoFlush = true, NewLine = "\n" }, (Stream)events);
        });
        _process.StandardInput.Close();
        var mark = $"\u0001{Guid.NewGuid():N}\u0002";
        _tokens[_token = mark] = true;
        Send(mark);
        _raw =
        [
            new(_process.StandardOutput.BaseStream, Encoding.UTF8.GetBytes(mark), text => output(new StreamOutput("stdout", text))),
            new(_process.StandardError.BaseStream, Encoding.UTF8.GetBytes(mark), text => output(new StreamOutput("stderr", text))),
        ];
        _exit = _process.WaitForExitAsync();
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>The id of the process.</summary>
    public int Id => _process.Id;

    /// <summary>The exit code, once the process has ended.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>The end of what the process wrote to standard error, not through <see cref="Console"/>.</summary>
    public string LastWords => _raw[^1].Tail;

    /// <summary>What the checks of the last cell handed in to be judged elsewhere, in order.</summary>
    public IReadOnlyList<string> Answers => [.. _answers];

    /// <summary>Whether a cell wrote messages of its own into the channel, or messages that cannot be read. If so, the process was killed.</summary>
    public bool SentForgeries { get; private set; }

    /// <summary>Waits until the process is ready for the first cell, or has ended.</summary>
    public Task<CellEnd> StartedAsync(CancellationToken cancel) => IdleAsync(null, cancel);

    /// <summary>Runs a cell. When the task ends, all outputs of the cell have gone to the callback. The language is null for C#.</summary>
    /// <exception cref="OperationCanceledException">The run was cancelled: the process and all that it started were killed.</exception>
    public async Task<CellEnd> RunAsync(string code, string name, string? language, TimeSpan? timeout, CancellationToken cancel)
    {
        _answers.Clear();
        var end = await ReplyAsync(token => CellProtocol.Cell(code, name, language, token), timeout, cancel);
        if (end is CellEnd.Passed or CellEnd.Failed)
            await Task.WhenAll(_raw.Select(raw => raw.MarkAsync()));
        return end;
    }

    /// <summary>Parses a source in the process for cells, so that no source can overflow the runner's stack or keep it busy for ever.</summary>
    /// <returns>What the source holds; null if the process ended over it or took too long.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled: the process was killed.</exception>
    public async Task<SourceFacts?> LookAsync(string source, TimeSpan? timeout, CancellationToken cancel)
    {
        _facts = null;
        return await ReplyAsync(token => CellProtocol.Look(source, token), timeout, cancel) == CellEnd.Passed ? _facts : null;
    }

    /// <summary>Kills the process and its child processes if they still run.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: !_takesAllAlong);
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }
    }

    /// <summary>Asks the process to end. If it has not ended after 2 seconds, kills it and its child processes.</summary>
    public async ValueTask DisposeAsync()
    {
        CloseCommands();
        await Task.WhenAny(_exit, Task.Delay(Patience));
        await KillAsync();
        await _events.DisposeAsync();
        foreach (var raw in _raw)
            raw.Dispose();
        _process.Dispose();
    }

    // One thread starts all processes, for two reasons. bwrap ends its program when the thread that started bwrap ends, and threads of the pool end
    // when they have nothing to do. And a second process that starts at the same time would inherit the open ends of these pipes and keep them open.
    private static T OnStarter<T>(Func<T> start)
    {
        var started = new TaskCompletionSource<T>();
        Starts.Value.Add(() =>
        {
            try
            {
                started.SetResult(start());
            }
            catch (Exception error)
            {
                started.SetException(error);
            }
        });
        return started.Task.GetAwaiter().GetResult();
    }

    private Task<CellEnd> ReplyAsync(Func<string, JsonObject> command, TimeSpan? timeout, CancellationToken cancel)
    {
        _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _tokens[_token = Convert.ToHexString(RandomNumberGenerator.GetBytes(16))] = true;
        Send(CellProtocol.Line(command(_token)));
        return IdleAsync(timeout, cancel);
    }

    private async Task<CellEnd> IdleAsync(TimeSpan? timeout, CancellationToken cancel)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var late = Task.Delay(timeout ?? Timeout.InfiniteTimeSpan, over.Token);
        var first = await Task.WhenAny(_idle.Task, _exit, late);
        await over.CancelAsync();
        if (first != _idle.Task)
            await KillAsync();
        cancel.ThrowIfCancellationRequested();
        if (_idle.Task.IsCompleted)
            return await _idle.Task ? CellEnd.Passed : CellEnd.Failed;
        return first == late ? CellEnd.TimedOut : CellEnd.ProcessEnded;
    }

    /// <summary>Kills the process and its child processes if they still run. Then reads the output that is still in the pipes.</summary>
    private async Task KillAsync()
    {
        Kill();
        await _exit;
        // The wait has a limit, because a program that a cell started may still run and keep the pipes open.
        await Task.WhenAny(Task.WhenAll([_reading, .. _raw.Select(raw => raw.End)]), Task.Delay(Patience));
    }

    private void Send(string line)
    {
        try
        {
            _commands.WriteLine(line);
        }
        catch (IOException)
        {
            // The process has ended. IdleAsync will notice it.
        }
    }

    private void CloseCommands()
    {
        try
        {
            _commands.Dispose();
        }
        catch (IOException)
        {
            // The process has ended.
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            await foreach (var line in BoundedLines.ReadAsync(_events, MaxMessage))
            {
                if (line is null)
                    _output(new StreamOutput("stderr", $"... an output of more than {MaxMessage / 1_000_000} MB was left out\n"));
                else
                    Take(CellProtocol.Message(line));
            }
        }
        catch (Exception error) when (error is not (IOException or ObjectDisposedException or OperationCanceledException))
        {
            // A cell wrote into the channel on purpose. Nothing that the process says can be trusted any more.
            SentForgeries = true;
            Kill();
        }
    }

    private void Take(JsonObject message)
    {
        var token = CellProtocol.Text(message, "token");
        switch (CellProtocol.Text(message, "type"))
        {
            case "idle" when token == _token:
                _idle.TrySetResult(message["ok"]!.GetValue<bool>());
                break;
            case "facts" when token == _token:
                _facts = message["facts"].Deserialize<SourceFacts>();
                break;
            case "answer" when token == _token:
                _answers.Enqueue(CellProtocol.Text(message, "answer"));
                break;
            // Code that an earlier cell left running may print now. Its messages have the token of the earlier cell or of this one.
            default:
                _output(_tokens.ContainsKey(token) ? CellProtocol.Decode(message) : throw new FormatException("A message with a wrong token."));
                break;
        }
    }
}
