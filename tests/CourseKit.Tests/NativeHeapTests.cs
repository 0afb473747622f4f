using System.Globalization;
using CourseKit.Tests.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests;

[Collection("process-wide state")]
public sealed class NativeHeapTests
{
    public NativeHeapTests() => Torch.Begin();

    [Theory]
    [InlineData(0.4)] // megabytes: from the heap
    [InlineData(8)]   // as it comes, a block that glibc maps
    public void Memory_that_a_tensor_had_serves_the_next_one(double megabytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the C library of other systems keeps memory its own way");
        var (pages, rounds) = ((long)(megabytes * 1e6 / Environment.SystemPageSize), 200);
        long Fresh()
        {
            var before = PageFaults();
            for (var i = 0; i < rounds; i++)
            {
                using var tensors = NewDisposeScope();
                for (var k = 0; k < 4; k++)
                    ones((long)(megabytes * 1e6 / 4));
            }
            return PageFaults() - before;
        }
        // On a thread as cells run on, too: it has a heap of its own.
        long first = Fresh(), second = 0;
        var thread = new Thread(() => second = Fresh());
        thread.Start();
        thread.Join();
        Assert.All([first, second], faults => Assert.InRange(faults, 0, 4 * pages * rounds / 10));
    }

    // Pages that this thread was given since its start without a read from disk; other tests' threads take pages at the same time.
    private static long PageFaults() => long.Parse(File.ReadAllText("/proc/thread-self/stat").Split(") ")[1].Split(' ')[7], CultureInfo.InvariantCulture);
}
