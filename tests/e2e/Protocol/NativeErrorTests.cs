using CourseKit.Kernel.Jupyter.Wire;
using CourseKit.Notebooks.Tests;

namespace CourseKit.EndToEnd.Tests.Protocol;

/// <summary>
/// Native calls whose C++ exception TorchSharp does not catch. Outside a notebook each of them ends the process. Here it ends the cell, with the message,
/// the shapes and the line; the process goes on, with its variables.
/// </summary>
public sealed class NativeErrorTests : IClassFixture<KernelFixture>
{
    private readonly KernelClient client;

    public NativeErrorTests(KernelFixture kernel)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere the C++ runtime has other names");
        Course.SkipUnlessBuilt();
        client = kernel.Client;
        var library = Path.Combine(Course.Root, "lib", "CourseKit", "bin", "Release", "net10.0", "CourseKit.dll");
        client.Execute($"#r \"{library}\"\nusing CourseKit;\nusing TorchSharp;\nusing static TorchSharp.torch;\nCourse.Start();").Ok();
        client.Execute("var kept = ones(3); var process = Environment.ProcessId;").Ok();
    }

    [Theory]
    [InlineData("randn(2).matmul(randn(3))", "Tensor.matmul: inconsistent tensor size, expected tensor [2] and src [3]")]
    [InlineData("randn(2, 3).matmul(randn(2, 3))", "Tensor.matmul: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)")]
    [InlineData("randn(2, 3).matmul(ones(3, 2, dtype: ScalarType.Int64))", "Tensor.matmul: expected m1 and m2 to have the same dtype")]
    [InlineData("ones(3, 4).cummax(7)", "Tensor.cummax: Dimension out of range (expected to be in range of [-2, 1], but got 7)")]
    [InlineData("ones(3, 4).cummin(-3)", "Tensor.cummin: Dimension out of range (expected to be in range of [-2, 1], but got -3)")]
    [InlineData("autograd.grad([ones(2).sum()], [ones(2)])", "autograd.grad: element 0 of tensors does not require grad and does not have a grad_fn")]
    [InlineData("var x = ones(2).requires_grad_(); autograd.grad([x], [x])", "autograd.grad: grad can be implicitly created only for scalar outputs")]
    [InlineData("await Task.Delay(5); randn(2).matmul(randn(3))", "Tensor.matmul: inconsistent tensor size")]
    [InlineData("{ using var scope = NewDisposeScope(); using var no = no_grad(); try { randn(2).matmul(randn(3)); } catch { } finally { } }", "Tensor.matmul: inconsistent tensor size")]
    [InlineData("new[] { 1 }.Select(_ => randn(2).matmul(randn(3))).ToArray()", "Tensor.matmul: inconsistent tensor size")]
    public void Such_a_call_ends_its_cell_and_nothing_else(string code, string message)
    {
        var cell = client.Execute($"var here = 1;\n{code}");
        Assert.Equal("error", cell.Status);
        Assert.StartsWith(message, cell.Error);
        var error = cell.Outputs.Single(output => output.Type == "error");
        Assert.Equal("ExternalException", error.Get("ename", ""));
        var traceback = string.Join("\n", error.Content["traceback"]!.AsArray());
        Assert.Contains($"line 2: {code}", traceback);
        Assert.Contains("The cell ended inside this call", traceback);
        Assert.DoesNotContain("frame #", traceback);
        // The same process, its variables, torch's state of a new thread, memory that can be collected, and Stop's checks.
        Assert.Equal("True 3 True", client.Execute("GC.Collect(); GC.WaitForPendingFinalizers(); $\"{Environment.ProcessId == process} {kept.sum().item<float>()} {is_grad_enabled()}\"").Ok().Value);
    }

    [Fact]
    public void A_full_card_tells_who_holds_it_and_the_next_cell_works()
    {
        var cell = client.Execute("throw new System.Runtime.InteropServices.ExternalException(\"CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 23.65 GiB.\");");
        var traceback = string.Join("\n", cell.Outputs.Single(output => output.Type == "error").Content["traceback"]!.AsArray());
        Assert.Contains("The card's memory is full. Who holds it, as nvidia-smi says:", traceback);
        Assert.Contains("Course.Start(deviceMemory: 0.25)", traceback);
        Assert.Equal("3", client.Execute("$\"{kept.sum().item<float>()}\"").Ok().Value);
    }

    [Fact]
    public void After_many_of_them_cells_still_train_in_the_same_time_and_with_the_same_bits()
    {
        const string train = """
            Course.Seed(5);
            var net = nn.Linear(40, 40);
            var optimizer = new CourseKit.Training.FusedAdam(net.parameters());
            for (var i = 0; i < 50; i++)
            {
                using var scope = NewDisposeScope();
                optimizer.ZeroGrad();
                net.forward(randn(64, 40)).pow(2).sum().backward();
                optimizer.Step();
            }
            $"{net.weight.sum().item<float>():R} {get_num_threads()}"
            """;
        var before = client.Execute(train).Ok().Value;
        for (var i = 0; i < 30; i++)
            Assert.Equal("error", client.Execute("randn(2).matmul(randn(3))").Status);
        Assert.Equal(before, client.Execute(train).Ok().Value);
    }

    [Fact]
    public void The_cell_after_it_can_be_stopped()
    {
        Assert.Equal("error", client.Execute("randn(2).matmul(randn(3))").Status);
        var endless = client.Request("while (true) { }");
        Thread.Sleep(300);
        client.Send("interrupt_request", [], RequestChannel.Control);
        Assert.Equal("Stopped.", client.Finish(endless).Error);
        Assert.Equal("3", client.Execute("kept.numel()").Ok().Value);
    }
}
