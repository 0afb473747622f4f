using System.Text.Json.Nodes;
using CourseKit.Kernel.Jupyter.Wire;
using CourseKit.Kernel.Session.Output;

namespace CourseKit.Kernel.Jupyter;

/// <summary>Asks the front end for input when a cell reads from the console.</summary>
internal sealed class StdinChannel(Replies replies)
{
    // Only one question is open at a time. A front end has one place for the answer, and older front ends do not say which question it answers.
    private static readonly SemaphoreSlim Turn = new(1);
    private volatile TaskCompletionSource<string>? waiting;

    /// <summary>Asks, and blocks until the answer comes.</summary>
    /// <exception cref="OperationCanceledException">The cell is stopped.</exception>
    public string Ask(Message cell, InputRequest request, CancellationToken cancel)
    {
        Turn.Wait(cancel);
        try
        {
            var answer = waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
            var content = new JsonObject { ["prompt"] = request.Prompt, ["password"] = request.IsPassword };
            replies.Send(RequestChannel.Stdin, cell, "input_request", content);
            answer.Task.Wait(cancel);
            return answer.Task.Result;
        }
        finally
        {
            waiting = null;
            Turn.Release();
        }
    }

    /// <summary>Takes an answer. If nobody waits for the answer, as after a stop, it is dropped.</summary>
    public void Answer(Message reply) => waiting?.TrySetResult(reply.Get("value", ""));
}
