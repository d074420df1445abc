"""What Segmental costs, beside what a bare page and a bare durable write cost on the same machine in the same run."""
