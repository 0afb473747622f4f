using System.Runtime.Intrinsics.X86;
using CourseKit.Tests.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Tests;

/// <summary>
/// Arithmetic without a dispose scope, while another thread collects garbage without pause. Without <c>NativeHandles</c> each of these fails within
/// a second, and the last ends the process.
/// </summary>
[Collection("process-wide state")]
[Trait("Cost", "slow")]
public sealed class NativeHandlesTests
{
    private const int Collections = 1000; // `tests/long trainings` takes 50 times as many

    public NativeHandlesTests() => Torch.Begin();

    [Theory]
    [InlineData("operators")]
    [InlineData("batch norm")]
    [InlineData("functions")]
    [InlineData("tensors")]
    public void The_collector_takes_nothing_that_native_code_reads(string kind)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && X86Base.X64.IsSupported, "elsewhere TorchSharp's handles live as TorchSharp has it");
        using var images = ones(4, 8);
        using var norm = nn.BatchNorm1d(8); // its forward adds 1 to a counter
        using var large = rand(200, 200);
        Func<Tensor> compute = kind switch
        {
            "operators" => () => (((images + 1) / 2) * 3) - 2,
            "batch norm" => () => norm.call(images),
            "functions" => () => images.clamp(0, 1).pow(2).add_(1).lerp(images, 1),
            _ => () => (large * large).matmul(large.t() + large).sum() + (large - large).sum() + 1,
        };
        var expected = compute();
        var stop = false;
        var collector = new Thread(() =>
        {
            while (!Volatile.Read(ref stop))
            {
                GC.Collect(0, GCCollectionMode.Forced, blocking: true);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            var before = GC.CollectionCount(0);
            for (var i = 0; GC.CollectionCount(0) - before < Collections; i++)
            {
                var got = compute();
                Assert.True(got.allclose(expected), $"{i}: {got.sum().item<float>()} {expected.sum().item<float>()}");
            }
        }
        finally
        {
            Volatile.Write(ref stop, true);
            collector.Join();
        }
    }
}
