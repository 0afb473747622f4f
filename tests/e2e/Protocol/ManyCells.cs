namespace CourseKit.EndToEnd.Tests.Protocol;

/// <summary>A long session: cells that compute, print, assign and show, and what the kernel's memory comes to.</summary>
internal sealed class ManyCells(KernelProcess kernel, KernelClient client)
{
    private int done;

    /// <summary>Whether a third of the cells declare something.</summary>
    public bool Declaring { get; set; }

    /// <summary>Runs some more cells.</summary>
    public void Run(int count)
    {
        if (done == 0)
            client.Execute("var total = 0L;").Ok();
        for (var end = done + count; done < end; done++)
        {
            client.Execute((done % 6) switch
            {
                0 when Declaring => $"var v{done} = {done};",
                1 when Declaring => $"string Name{done}() => \"{done}\";",
                0 or 1 => $"Console.WriteLine({done});",
                2 => "1 + 1",
                3 => "total",
                4 => $"new {{ Number = {done}, Square = {done * done} }}",
                _ => $"total += {done};",
            }).Ok();
        }
    }

    /// <summary>Resident memory in MB that the collector cannot give back. It is asked to: when it comes by itself depends on what else the machine does.</summary>
    public double Kept()
    {
        client.Execute("GC.Collect(2, GCCollectionMode.Aggressive); GC.WaitForPendingFinalizers(); GC.Collect(2, GCCollectionMode.Aggressive);").Ok();
        return kernel.Megabytes;
    }
}
