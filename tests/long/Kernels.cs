namespace CourseKit.EndToEnd.Tests.Protocol;

/// <summary>Kernels that may die on the way.</summary>
internal static class Kernels
{
    /// <summary>Takes steps in one kernel, and goes on in another one after each death.</summary>
    /// <param name="folder">Where the kernels run.</param>
    /// <param name="count">How many steps.</param>
    /// <param name="begin">Gives, for a new kernel, what takes a step by its number, from 0.</param>
    /// <returns>How many kernels died, or were silent for as long as <see cref="KernelClient.Patience"/>.</returns>
    public static int Outlived(string folder, int count, Func<KernelProcess, KernelClient, Action<int>> begin)
    {
        var dead = 0;
        for (var step = 0; step < count; step++)
        {
            // A kernel that does not start, such as where another program took its port, ends the command: nothing was asked of it yet.
            using var kernel = new KernelProcess(folder);
            using var client = new KernelClient(kernel);
            try
            {
                for (var take = begin(kernel, client); step < count; step++)
                    take(step);
            }
            catch (TimeoutException error)
            {
                dead++;
                Console.Error.WriteLine($"step {step + 1}: {error.Message}");
            }
        }
        return dead;
    }
}
