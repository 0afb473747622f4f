using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading.Tasks;

// What students write: each method takes some milliseconds. Each is measured as a program has it, and with the checks of a cell.
public static class Workloads
{
    private static readonly int[] Numbers = Enumerable.Range(0, 1_000_000).ToArray();
    private static readonly double[,] Square = new double[120, 120];
    private static readonly double[][] Rows = Enumerable.Range(0, 120).Select(_ => new double[120]).ToArray();

    public static long Linq() => Numbers.Where(i => i % 3 == 0).Select(i => i * 2).Where(i => i % 5 != 0).Sum(i => (long)i);

    public static long NestedLoop()
    {
        long s = 0;
        for (var i = 0; i < 3000; i++)
            for (var j = 0; j < 3000; j++)
                s += i ^ j;
        return s;
    }

    public static long Recursion() => Fib(27);

    public static long RecursiveLambda()
    {
        Func<int, int> fib = null;
        fib = n => n < 2 ? n : fib(n - 1) + fib(n - 2);
        return fib(25);
    }

    public static long RecursiveTree() => Depth(Tree(16));

    public static long Permutations() => Permute(new int[8], 0, 0);

    public static long ArraySum()
    {
        long s = 0;
        var numbers = Numbers;
        for (var round = 0; round < 5; round++)
            for (var i = 0; i < numbers.Length; i++)
                s += numbers[i];
        return s;
    }

    public static long MatrixProduct()
    {
        double[][] a = Rows, b = Rows, c = Rows.Select(row => new double[row.Length]).ToArray();
        for (var i = 0; i < a.Length; i++)
        {
            for (var j = 0; j < a.Length; j++)
            {
                double s = 0;
                for (var k = 0; k < a.Length; k++)
                    s += a[i][k] * b[k][j];
                c[i][j] = s;
            }
        }
        return (long)c[5][7];
    }

    public static long MatrixProduct2D()
    {
        var c = new double[120, 120];
        for (var i = 0; i < 120; i++)
            for (var k = 0; k < 120; k++)
                for (var j = 0; j < 120; j++)
                    c[i, j] += Square[i, k] * Square[k, j];
        return (long)c[5, 7];
    }

    public static long ShortLoops()
    {
        long s = 0;
        var three = new[] { 1, 2, 3 };
        for (var i = 0; i < 500_000; i++)
            for (var j = 0; j < three.Length; j++)
                s += i * three[j];
        return s;
    }

    public static long BubbleSort()
    {
        var a = Numbers.Take(2000).Select(i => i * 7919 % 1013).ToArray();
        for (var i = 0; i < a.Length; i++)
            for (var j = 0; j < a.Length - 1 - i; j++)
                if (a[j] > a[j + 1])
                    (a[j], a[j + 1]) = (a[j + 1], a[j]);
        return a[1000];
    }

    public static long Sieve()
    {
        const int n = 1_000_000;
        var composite = new bool[n];
        var count = 0;
        for (var i = 2; i < n; i++)
        {
            if (composite[i])
                continue;
            count++;
            for (var j = 2 * i; j < n; j += i)
                composite[j] = true;
        }
        return count;
    }

    public static long Collatz()
    {
        long steps = 0;
        for (var i = 1; i < 30_000; i++)
            for (long n = i; n != 1; n = n % 2 == 0 ? n / 2 : 3 * n + 1)
                steps++;
        return steps;
    }

    public static long Strings()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 100_000; i++)
            text.Append(i % 10).Append(',');
        return text.Length;
    }

    public static long Dictionaries()
    {
        var counts = new Dictionary<int, int>();
        for (var i = 0; i < 300_000; i++)
            counts[i % 1000] = counts.GetValueOrDefault(i % 1000) + 1;
        return counts[5];
    }

    public static long Iterators()
    {
        long s = 0;
        foreach (var i in Count(1_000_000))
            s += i;
        return s;
    }

    public static long Async() => Await(100_000).Result;

    private static int Fib(int n) => n < 2 ? n : Fib(n - 1) + Fib(n - 2);

    private sealed class Node
    {
        public Node Left, Right;
    }

    private static Node Tree(int depth) => depth == 0 ? null : new Node { Left = Tree(depth - 1), Right = Tree(depth - 1) };

    private static int Depth(Node node) => node == null ? 0 : 1 + Math.Max(Depth(node.Left), Depth(node.Right));

    private static long Permute(int[] chosen, int count, int used)
    {
        if (count == chosen.Length)
            return chosen[0];
        long sum = 0;
        for (var i = 0; i < chosen.Length; i++)
        {
            if ((used & (1 << i)) != 0)
                continue;
            chosen[count] = i;
            sum += Permute(chosen, count + 1, used | (1 << i));
        }
        return sum;
    }

    private static IEnumerable<int> Count(int n)
    {
        for (var i = 0; i < n; i++)
            yield return i;
    }

    private static async Task<long> Await(int n)
    {
        long s = 0;
        for (var i = 0; i < n; i++)
            s += await One(i);
        return s;
    }

    private static async Task<int> One(int i)
    {
        await Task.CompletedTask;
        return i;
    }
}
